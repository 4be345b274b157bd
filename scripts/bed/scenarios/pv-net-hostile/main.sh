# SPDX-License-Identifier: GPL-2.0
# A guest with an ordinary card, and one that attacks. After each attack: what Dom0 has,
# what it has complained of, and how the other guest has fared meanwhile.
. /bed/dom0/counts.sh

before=$(leftovers)
guest_start peer peer <<-CFG
	vif = [ "mac=00:16:3e:00:04:02,bridge=xenbr0" ]
CFG
must "the other guest serves" guest_says peer '^note - serving' 90

has() {
	sleep 1
	echo "$(hypervisor_has), $(xen_interrupts) interrupts," \
		"$(threads) threads, $(entries /sys/class/net) cards"
}
carrier() { [ "$(cat "/sys/class/net/$1/carrier" 2>/dev/null)" = "$2" ]; }

alone=$(has)
GUEST_ARGS="initcall_blacklist=netif_init bed.rounds=${BED_ROUNDS:-30}" guest_start hostile hostile <<-CFG
	vcpus = 2
	vif = [ "mac=00:16:3e:00:04:66,bridge=xenbr0" ]
CFG
must "the hostile guest is ready" guest_says hostile '^note - ready' 90
id=$(domid hostile)
vif=vif$id.0

# attack_start JOB: what is compared afterwards
attack_start() {
	said=$(complaints)
	ping -i 0.2 192.168.77.2 >/run/bed/ping.log 2>&1 &
	pinging=$!
	guest_go hostile "$1"
}

# The other guest answers each ping, but for one in twenty and the last.
fared_well() {
	local sent got
	sent=$(sed -n 's/^\([0-9]*\) packets transmitted.*/\1/p' /run/bed/ping.log)
	got=$(sed -n 's/.* \([0-9]*\) received.*/\1/p' /run/bed/ping.log)
	echo "$got of $sent came back"
	[ "$got" -ge $((sent - sent / 20 - 1)) ]
}
other_goes_on() {
	kill -INT "$pinging"
	wait "$pinging"
	check "$1: the other guest's packets went on" fared_well
	check "$1: the other guest's data is right" netcheck udp 192.168.77.2 5002 20 1200
}

# attack_end JOB [SECONDS]
attack_end() {
	local offences lines
	must "$1: the hostile guest is through" guest_says hostile "^note - $1: " "${2:-120}"
	offences=$(sed -n "s/^note - $1: \([0-9]*\) offences/\1/p" /run/bed/hostile.said)
	lines=$(($(complaints) - said))
	check "$1: $lines complaints of $offences offences" [ "$lines" -le "${offences:-0}" ] ||
		complaints_since "$said"
	other_goes_on "$1"
}

attack() {
	attack_start "$1"
	attack_end "$@"
	keeps_nothing "$1: Dom0 has what it had"
}

attack_start honest
attack_end honest
count

for job in packets lies grants fatal changing buffers; do
	attack "$job" 180
done

# Dom0 sends, and the guest has no buffers: the queue stays small, the carrier goes.
queue_is_bounded() {
	local len max
	read -r len max < <(sed -n 's/.*Rx internal queue: len \([0-9]*\) max \([0-9]*\).*/\1 \2/p' \
		"/sys/kernel/debug/xen-netback/$vif/io_ring_q0")
	echo "$len bytes wait, $max are the most"
	[ "$len" -gt 0 ] && [ "$len" -le $((max + 65536)) ]
}
attack_start stall
must "stall: connected" wait_for 30 carrier "$vif" 1
for _ in 1 2 3 4; do
	ping -q -b -i 0.002 -s 1400 192.168.77.255 >/dev/null 2>&1 &
	flood="${flood:-} $!"
done
sleep 1.5
check "stall: what waits is bounded" queue_is_bounded
check "stall: the carrier goes" wait_for 30 carrier "$vif" 0
# shellcheck disable=SC2086  # several words
kill $flood
guest_go hostile feed
attack_end stall
keeps_nothing "stall: Dom0 has what it had"

for job in control keys states flight storm cycles; do
	attack "$job" 240
done
keeps_memory

attack_start gone
attack_end gone
check "gone: the card has gone with it" wait_for 30 no test -e "/sys/class/net/$vif"
check "gone: the tools detach what is left" in_time 60 xl network-detach hostile 0
check "xl network-attach" in_time 60 xl network-attach hostile bridge=xenbr0
vif=$(ls /sys/class/net | grep "^vif$id\." | tail -n 1)
note "the next card is $vif"
attack_start flood
must "flood: connected" wait_for 60 carrier "$vif" 1
sleep 3
check "flood: xl destroy" in_time 60 xl destroy hostile
must "flood: the guest is gone" wait_for 30 guest_gone hostile
check "flood: its card too" wait_for 30 no test -e "/sys/class/net/$vif"
other_goes_on flood
keeps_nothing "Dom0 has what it had without the hostile guest" "$alone"

guest_go peer done
guest_passes peer
guest_stop peer
equal "nothing of the guests is left" "$(leftovers)" "$before"
check "nothing was warned of" no sh -c 'dmesg | grep -E "WARNING:|BUG:"'
