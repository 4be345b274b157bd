# SPDX-License-Identifier: GPL-2.0
# Four disks: a device, a file, a read-only one, and Debian's tools.
disk_file /var/tmp/file.img 64
disk_file /var/tmp/ro.img 16
check "Dom0 fills the read-only disk" blkcheck write /var/tmp/ro.img 16 77
before=$(leftovers)
guest_start disks <<-CFG
	vcpus = 2
	disk = [ "phy:$(disk scratch),xvda,w", "file:/var/tmp/file.img,xvdb,w",
		"file:/var/tmp/ro.img,xvdc,r", "phy:$(disk tools),xvdd,r" ]
CFG
guest_passes disks 240
guest_stop disks
equal "nothing of the guest is left" "$(leftovers)" "$before"
check "Dom0 finds the guest's data on the device" blkcheck verify "$(disk scratch)" 32 11
check "Dom0 finds the guest's data in the file" blkcheck verify /var/tmp/file.img 32 12
