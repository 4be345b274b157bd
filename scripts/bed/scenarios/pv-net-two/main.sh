# SPDX-License-Identifier: GPL-2.0
# Guest one serves and calls guest two, which does the same.
before=$(leftovers)
for n in 1 2; do
	GUEST_ARGS="bed.me=1$n bed.peer=1$((3 - n))" guest_start "peer$n" <<-CFG
		vif = [ "mac=00:16:3e:00:01:0$n,bridge=xenbr0" ]
	CFG
done
for n in 1 2; do
	must "peer$n serves" guest_says "peer$n" '^note - serving' 90
done
guest_go peer1 talk
guest_go peer2 talk
guest_passes peer1 150
guest_passes peer2 150
guest_stop peer1
guest_stop peer2
equal "nothing of the guests is left" "$(leftovers)" "$before"
