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
risen() { [ -n "$(domid guest)" ] && [ "$(domid guest)" != "$first" ]; }
must "the guest comes back as another domain" wait_for 90 risen
rm -f /run/bed/guest.seen /run/bed/guest.said
guest_passes guest 240

guest_go guest crash
crashed() { xl list guest | awk 'NR == 2 { print $5 }' | grep -q c; }
must "xl list shows the domain as crashed" wait_for 60 crashed
check "its console has the panic" grep -q "sysrq triggered crash" /var/log/xen/console/guest-guest.log
check "xl destroy removes it" xl destroy guest
check "it is gone" wait_for 20 guest_gone guest
equal "nothing of the guest is left" "$(leftovers)" "$before"
check "Dom0 finds the guest's data" blkcheck verify /var/tmp/data.img 4 3
