# SPDX-License-Identifier: GPL-2.0
# First xl asks for a reboot, then the guest panics on request.
. /bed/dom0/hvm.sh
disk_file /var/tmp/data.img 8
before=$(leftovers)
guest_start guest <<-CFG
	$(type_lines "$BED_VARIANT")
	vcpus = 2
	memory = $((GUEST_MEMORY + 64))
	disk = [ "file:/var/tmp/data.img,xvde,w" ]
	on_reboot = "restart"
	on_crash = "preserve"
CFG
must "the guest is up" guest_says guest '^ok - up' 240
first=$(domid guest)
check "xl reboot is taken" xl reboot guest
must "the guest comes back as another domain" wait_for 90 guest_risen guest "$first"
guest_forget guest
guest_passes guest 240

guest_go guest crash
must "xl list shows the domain as crashed" wait_for 60 guest_crashed guest
check "its console has the panic" grep -q "sysrq triggered crash" /var/log/xen/console/guest-guest.log
check "xl destroy removes it" xl destroy guest
check "it is gone" wait_for 20 guest_gone guest
equal "nothing of the guest is left" "$(leftovers)" "$before"
check "Dom0 finds the guest's data" blkcheck verify /var/tmp/data.img 4 3
