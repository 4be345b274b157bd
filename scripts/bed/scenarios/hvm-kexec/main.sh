# SPDX-License-Identifier: GPL-2.0
# The kernels and their initramfs are on a disk of their own, as a tar.  xl resets the
# domain in between (SHUTDOWN_soft_reset): it stays the same one.  xl does that for HVM
# guests only: libxl_domain_soft_reset() refuses any other type, and the domain of a PVH
# guest that asks for it is destroyed.  The guest has all of its memory: what the balloon
# of one kernel has taken is a hole for the next, which is told of nothing but RAM.
. /bed/dom0/hvm.sh
hvm_disk /var/tmp/guest.img 16
guest_image next
check "the next kernel is on a disk" tar -c -f /var/tmp/next.tar --transform 's,.*/,,' /bed/bzImage /run/bed/next.img
truncate -s %512 /var/tmp/next.tar
before=$(leftovers)
guest_start guest <<-CFG
	$(hvm_lines)
	vcpus = 2
	memory = $((GUEST_MEMORY + 128))
	disk = [ "file:/var/tmp/guest.img,xvda,w", "file:/var/tmp/next.tar,xvdf,r" ]
	vif = [ "mac=00:16:3e:00:03:02,bridge=xenbr0,type=vif" ]
CFG
follow_console guest-xl /var/log/xen/xl-guest.log
id=$(domid guest)
for kernel in 1 2 3; do
	must "kernel $kernel is up" guest_says guest "^note - kernel $kernel is up" 240
	check "kernel $kernel: ping the guest" ping -q -c 2 -i 0.3 -W 5 192.168.77.2
	check "kernel $kernel: TCP to the guest and back, verified" netcheck tcp 192.168.77.2 5004 1
	equal "kernel $kernel runs in the same domain" "$(domid guest)" "$id"
	[ "$kernel" != 3 ] || break
	xenstore-rm "/local/domain/$id/data/report"
	guest_forget guest
	guest_go guest "$kernel"
done
guest_go guest done
guest_passes guest 120
guest_stop guest 90
equal "nothing of the guest is left" "$(leftovers)" "$before"
check "Dom0 finds the last kernel's data" blkcheck verify /var/tmp/guest.img 8 3
