# SPDX-License-Identifier: GPL-2.0
# The balloon has to find room in the p2m for memory that was never there.
before=$(leftovers)
guest_start grow <<-CFG
	memory = 128
	maxmem = 512
CFG
must "the guest is up" guest_says grow '^note - ready' 90

has_at_least() { [ "$(xl list grow | awk 'NR == 2 { print $3 }')" -ge "$1" ]; }
has_at_most() { [ "$(xl list grow | awk 'NR == 2 { print $3 }')" -le "$1" ]; }
resize() { # MIB WORD
	check "xl mem-set $1 is taken" xl mem-set grow "$1"
	check "Xen sees $1 MiB" wait_for $((60 * BED_SLOW)) "$3" "$1"
	guest_go grow "$2"
}
resize 448 large has_at_least
check "the guest uses what it got" guest_says grow '^ok - the new memory works' 120
resize 160 small has_at_most
check "the guest is small" guest_says grow '^ok - memory is down' 90

# twice: tools find less in the start info of a domain that they have restored
for round in 1 2; do
	old=$(domid grow)
	must "round $round: xl save" timeout $((120 * BED_SLOW)) xl save grow /var/tmp/grow.save
	check "round $round: a saved guest is gone" wait_for 10 guest_gone grow
	must "round $round: xl restore" timeout $((120 * BED_SLOW)) xl restore /var/tmp/grow.save
	check "round $round: it is a new domain" [ "$(domid grow)" != "$old" ]
	sleep 5
done
guest_forget grow
guest_go grow restored
check "the guest goes on" guest_says grow '^ok - data survived the restore' 90
resize 384 again has_at_least
guest_passes grow 120
guest_stop grow
equal "nothing of the guest is left" "$(leftovers)" "$before"
