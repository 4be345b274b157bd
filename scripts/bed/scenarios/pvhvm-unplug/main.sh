# SPDX-License-Identifier: GPL-2.0
# Two IDE disks that are PV disks, too, a PV disk that is nothing else, an emulated
# card and a PV one, both on the bridge.
. /bed/dom0/hvm.sh
hvm_disk /var/tmp/hda.img 8
hvm_disk /var/tmp/hdb.img 6
disk_file /var/tmp/xvde.img 8
check "a tap for the emulated card" ip tuntap add dev emulated mode tap
check "on the bridge" ip link set emulated master xenbr0 up
serial=/var/log/xen/console/serial.log
HVM_CARD=netdev=card,mac=00:16:3e:00:03:03
leftovers_before=$(leftovers)
guest_start guest <<-CFG
	$(hvm_lines -netdev tap,id=card,ifname=emulated,script=no,downscript=no)
	memory = $((GUEST_MEMORY + 64))
	serial = "file:$serial"
	disk = [ "file:/var/tmp/hda.img,hda,w", "file:/var/tmp/hdb.img,hdb,w", "file:/var/tmp/xvde.img,xvde,w" ]
	vif = [ "mac=00:16:3e:00:03:02,bridge=xenbr0,type=vif" ]
CFG
if [ "$BED_VARIANT" = nopv ]; then
	# it knows nothing of xenstore, so its serial port has the report; it ends by itself
	follow_console serial "$serial"
	ended() { grep -q '^bed: end ' "$serial" || guest_gone guest; }
	wait_for 300 ended
	sed -n 's/\r$//; s/^bed: /guest guest: /p' "$serial" >/run/bed/serial
	while read -r line; do emit "$line"; done </run/bed/serial
	must "every check in the guest held" grep -qE '^guest guest: end [1-9][0-9]* 0$' /run/bed/serial
	must "the guest powers off by ACPI" wait_for 60 guest_gone guest
else
	guest_passes guest 300
	guest_stop guest 90
	[ "$BED_VARIANT" = never ] ||
		check "Dom0 finds what was written to the PV disk" blkcheck verify /var/tmp/xvde.img 4 22
fi
equal "nothing of the guest is left" "$(leftovers)" "$leftovers_before"
check "Dom0 finds what was written to the second disk" blkcheck verify /var/tmp/hdb.img 4 21
