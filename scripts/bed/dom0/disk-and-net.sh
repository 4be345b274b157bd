# SPDX-License-Identifier: GPL-2.0
# disk-and-net.sh [CONFIG-LINE...]: the common course of a guest of any type:
# start it with a disk and a card, let it check both from its side, check both
# from Dom0's side, shut it down, find its data.
disk_file /var/tmp/guest.img 32
leftovers_before=$(leftovers)
GUEST_MEMORY=$((GUEST_MEMORY + 64)) guest_start guest <<-CFG
	disk = [ "file:/var/tmp/guest.img,xvda,w" ]
	vif = [ "mac=00:16:3e:00:03:02,bridge=xenbr0" ]
	$(printf '%s\n' "$@")
CFG
must "the guest's network is up" guest_says guest '^note - serving' 240
check "ping the guest" ping -q -c 3 -i 0.3 -W 5 192.168.77.2
check "TCP to the guest and back, verified" netcheck tcp 192.168.77.2 5004 2
check "UDP to the guest and back, verified" netcheck udp 192.168.77.2 5004 50 1000
guest_go guest done
guest_passes guest 120
guest_stop guest 60
equal "nothing of the guest is left" "$(leftovers)" "$leftovers_before"
check "Dom0 finds the guest's data" blkcheck verify /var/tmp/guest.img 16 9
