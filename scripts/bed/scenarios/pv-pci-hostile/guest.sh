# SPDX-License-Identifier: GPL-2.0
mkfifo /tmp/words
touch /tmp/said
(pcifront "$(xs read device/pci/0/backend)" </tmp/words >/tmp/said 2>&1; echo "pcifront: ended" >>/tmp/said) &
exec 5>/tmp/words
answered() { grep -qE "^pcifront: (done $1:|ended)" /tmp/said; }
obeys() {	# obeys WORD: the program does it
	echo "$1" >&5
	wait_for 100 answered "$1" && grep -q "^pcifront: done $1:" /tmp/said && return
	cat /tmp/said
	return 1
}
must "find" obeys find
note "connected"
for word in 'sweep 1' 'sweep 2' 'sweep 4' power wrong msi race storm \
	'poke 10d38086 refused' 'poke 10d38086 through' 'poke 29228086 refused' 'poke 29228086 through' \
	'absent 100e8086' leave; do
	await "$word" 120
	must "$word" obeys "$word"
	note "$(grep "^pcifront: done $word:" /tmp/said | tail -n 1)"
done
cat /tmp/said
