# SPDX-License-Identifier: GPL-2.0
# hda and an e1000 are unplugged; a disk of the device model stays beside the boot disk.
. /bed/dom0/hvm.sh
hvm_disk /var/tmp/guest.img 32
disk_file /var/tmp/ahci.img 8
case $BED_VARIANT in vcpus*) vcpus=${BED_VARIANT#vcpus} ;; *) vcpus=2 ;; esac
leftovers_before=$(leftovers)
guest_start guest <<-CFG
	$(hvm_lines -drive file=/var/tmp/ahci.img,if=none,id=ad,format=raw -device ide-hd,drive=ad,bus=ba.1)
	memory = $((GUEST_MEMORY + 64))
	vcpus = $vcpus
	disk = [ "file:/var/tmp/guest.img,hda,w" ]
	vif = [ "mac=00:16:3e:00:03:02,bridge=xenbr0,type=vif" ]
CFG
must "the guest's network is up" guest_says guest '^note - serving' 300
check "ping the guest" ping -q -c 3 -i 0.3 -W 5 192.168.77.2
check "TCP to the guest and back, verified" netcheck tcp 192.168.77.2 5004 2
check "UDP to the guest and back, verified" netcheck udp 192.168.77.2 5004 50 1000
guest_go guest done
guest_passes guest 120
guest_stop guest 90
equal "nothing of the guest is left" "$(leftovers)" "$leftovers_before"
check "Dom0 finds the guest's data" blkcheck verify /var/tmp/guest.img 16 9
check "and those of the emulated disk" blkcheck verify /var/tmp/ahci.img 4 11
