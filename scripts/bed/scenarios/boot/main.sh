# SPDX-License-Identifier: GPL-2.0
# The first thing a user runs; with a terminal it ends in a shell.
see() { note "Dom0: $*"; }
see "$(uname -sr) on $(cat /sys/hypervisor/type) $(xl info xen_version), $(cat /sys/hypervisor/guest_type)"
see "$(nproc) vCPUs, $(awk '/MemTotal/ { print int($2 / 1024) }' /proc/meminfo) MiB, root on $(awk '$2 == "/" { print $1 }' /proc/mounts | tail -n 1)"
see "toolstack: $(xl list | tail -n 1 | tr -s ' ')"
check "Dom0 is the control domain" grep -q control_d /proc/xen/capabilities
check "xenstored answers" xenstore-exists /local/domain/0
check "xenconsoled runs" pidof xenconsoled
disk_file /var/tmp/demo.img 64
guest_start demo <<-CFG
	vcpus = 2
	disk = [ "file:/var/tmp/demo.img,xvda,w" ]
	vif = [ "mac=00:16:3e:00:00:02,bridge=xenbr0" ]
CFG
guest_passes demo
check "Dom0 reaches the guest" ping -q -c 3 -i 0.3 -W 5 192.168.77.2
xl list | while IFS= read -r line; do see "$line"; done
if grep -qw bed.shell /proc/cmdline; then
	echo
	echo "The guest 'demo' is up: 'xl console demo', 'ping 192.168.77.2', 'xl shutdown demo'."
	echo "Xen, Dom0 and the guest end with 'poweroff', 'exit' or Ctrl-D."
	setsid -c bash --rcfile /bed/dom0/shellrc -i </dev/hvc0 >/dev/hvc0 2>&1
else
	guest_stop demo
fi
