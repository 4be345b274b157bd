# SPDX-License-Identifier: GPL-2.0
# The backend is a program: it maps the ring and copies by /dev/xen/gntdev.
disk_file /var/tmp/qdisk.img 64
before=$(leftovers)
guest_start qdisk <<-CFG
	disk = [ "format=raw,backendtype=qdisk,vdev=xvda,access=w,target=/var/tmp/qdisk.img" ]
CFG
check "QEMU runs" pgrep -f qemu-system
guest_passes qdisk 120
guest_stop qdisk
equal "nothing of the guest is left" "$(leftovers)" "$before"
check "Dom0 finds the guest's data in the file" blkcheck verify /var/tmp/qdisk.img 32 11
