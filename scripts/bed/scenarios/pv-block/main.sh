# SPDX-License-Identifier: GPL-2.0
# Five disks: a device, a file, a read-only one, Debian's tools, and one that grows.
disk_file /var/tmp/file.img 64
disk_file /var/tmp/ro.img 16
disk_file /var/tmp/grow.img 8
check "Dom0 fills the read-only disk" blkcheck write /var/tmp/ro.img 16 77
before=$(leftovers)
guest_start disks <<-CFG
	vcpus = 2
	disk = [ "phy:$(disk scratch),xvda,w", "file:/var/tmp/file.img,xvdb,w",
		"file:/var/tmp/ro.img,xvdc,r", "phy:$(disk tools),xvdd,r", "file:/var/tmp/grow.img,xvde,w" ]
CFG
# What the driver shows: parameters with their modes, and a disk's own files.
parameters=/sys/module/xen_blkback/parameters
while read -r name mode value; do
	equal "parameter $name" "$(stat -c %a $parameters/"$name") $(cat $parameters/"$name")" "$mode $value"
done <<-LIST
	buffer_squeeze_duration_ms 644 10
	feature_persistent 644 Y
	log_stats 644 0
	max_buffer_pages 644 1024
	max_persistent_grants 644 1056
	max_queues 644 $BED_DOM0_CPUS
	max_ring_page_order 444 4
	persistent_grant_unused_seconds 644 60
LIST
check "the guest has a small disk" guest_says disks 'ok - the small disk has 8 MiB' 120
grow() { truncate -s 16M "$1" && losetup -c "$(losetup -n -O NAME -j "$1")"; }
check "Dom0 lets it grow" grow /var/tmp/grow.img
echo 1 >$parameters/log_stats
guest_passes disks 240
echo 0 >$parameters/log_stats
check "counters were logged" sh -c "dmesg | grep -E 'xen-blkback: \([0-9]+\.xvda-[01]\): oo +[0-9]+  \|  rd +[0-9]+  \|  wr +[0-9]+  \|  f +[0-9]+  \|  ds +[0-9]+ \| pg: +[0-9]+/1056'"
files=/sys/bus/xen-backend/devices/vbd-$(domid disks)
equal "the device's mode" "$(cat "$files-51712/mode")" w
equal "the read-only disk's mode" "$(cat "$files-51744/mode")" r
equal "the device's number" "$(cat "$files-51712/physical_device")" "$(stat -c %t:%T "$(disk scratch)")"
for name in rd_req wr_req rd_sect wr_sect f_req; do
	check "counter $name" [ "$(cat "$files-51728/statistics/$name")" -gt 0 ]
done
for name in oo_req ds_req; do
	check "counter $name" [ "$(cat "$files-51712/statistics/$name")" -ge 0 ]
done
guest_stop disks
equal "nothing of the guest is left" "$(leftovers)" "$before"
check "Dom0 finds the guest's data on the device" blkcheck verify "$(disk scratch)" 32 11
check "Dom0 finds the guest's data in the file" blkcheck verify /var/tmp/file.img 32 12
check "and in what grew" blkcheck verify /var/tmp/grow.img 16 13
