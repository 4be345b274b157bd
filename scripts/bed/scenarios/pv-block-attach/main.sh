# SPDX-License-Identifier: GPL-2.0
# The guest follows: it checks each disk that appears and says when it is gone.
disk_file /var/tmp/hot.img 16
guest_start hot </dev/null
must "the guest is up" guest_says hot '^note - ready' 60
before=$(leftovers)
grants() { cat /sys/kernel/debug/xen/grants 2>/dev/null; }
for round in 1 2 3; do
	for source in "phy:$(disk scratch)" "file:/var/tmp/hot.img"; do
		check "round $round: attach ${source%%:*}" xl block-attach hot "$source,xvdf,w"
		guest_go hot "check-$round-${source%%:*}"
		must "round $round: the guest used it" guest_says hot "^ok - round $round-${source%%:*}: " 60
		check "round $round: detach" in_time 60 xl block-detach hot xvdf
		check "round $round: gone from the guest" guest_says hot "^ok - round $round-${source%%:*} gone" 60
	done
done
equal "no backend is left" "$(leftovers)" "$before"
check "the device holds what the guest wrote last" blkcheck verify "$(disk scratch)" 8 3
guest_go hot done
guest_passes hot
guest_stop hot
