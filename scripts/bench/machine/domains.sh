# SPDX-License-Identifier: GPL-2.0
# Dom0's part of the bench (busybox sh): the Xen services, guests, and the rows
# that are about domains.
#
# While a guest counts, Dom0 must do nothing of its own: it waits on a watch.

start_services() {
	mkdir -p /run/xen /run/lock /var/lib/xen /var/lib/xenstored /var/lock \
		/var/log/xen/console
	ln -s /run /var/run
	mount -t xenfs xenfs /proc/xen
	mkdir -p /run/xenstored
	xenstored --pid-file /run/xen/xenstored.pid
	until xenstore-ls / >/dev/null 2>&1; do sleep 0.1; done
	xen-init-dom0 >/dev/null
	xenconsoled --log=guest --pid-file=/run/xen/xenconsoled.pid
	ip link add name xenbr0 type bridge
	ip addr add 192.168.77.1/24 dev xenbr0
	ip link set xenbr0 up
}

# config NAME GROUPS [LINE...]: the domain's file; later lines win.
config() {
	name=$1 jobs=$2
	shift 2
	{
		echo "name = '$name'"
		echo "type = 'pv'"
		echo "kernel = '/bench/bzImage'"
		echo "ramdisk = '/bench/guest.cpio'"
		echo "memory = 512"
		echo "vcpus = 1"
		echo "tsc_mode = 'native'"
		echo "on_crash = 'destroy'"
		[ $# = 0 ] || printf '%s\n' "$@"
		echo "extra = 'console=hvc0 loglevel=4 norandmaps nokaslr bench.where=guest" \
			"bench.prefix=$prefix bench.groups=$jobs bench.disks=${want_disks:-0}" \
			"bench.run=$run bench.rows=${BENCH_ROWS:-}'"
	} >"/tmp/$name.cfg"
}

disks_and_net="disk = ['phy:/dev/nullb0,xvda,w', 'phy:/dev/ram0,xvdb,w']
vif = ['bridge=xenbr0,mac=00:16:3e:00:00:02']"

# A guest with a device model has the kernel by way of its firmware, and no devices
# that would be there twice.
device_model="vga = 'none'
vnc = 0
sdl = 0
usb = 0
videoram = 4
device_model_args = ['-nodefaults']"

exists() { xl domid "$1" >/dev/null 2>&1; }

wait_end() {	# wait_end NAME: until the domain is gone
	while exists "$1"; do
		xenstore-watch -n 2 @releaseDomain >/dev/null
	done
	sed 's/\r$//' "/var/log/xen/console/guest-$1.log" |
		grep -E '^(row|own|kib|failed) ' >>/tmp/rows
}

free_kib() { /bench/services free; }

# The guest of the machine: runs its rows and powers off.
main_guest() {
	config bench "$groups+host2" "$disks_and_net" "vcpus = ${guest_cpus:-1}" "${guest_place:-}" \
		"type = '${guest_type:-pv}'"
	if has domain; then	# once before, so that nothing is done for the first time
		xl create -q -p /tmp/bench.cfg
		xl destroy bench
		sleep 1
	fi
	free=$(free_kib)
	/bench/marks run dom0 "${prefix}xl_create" 1 xl create -q -p /tmp/bench.cfg >/tmp/create
	! has domain || cat /tmp/create >>/tmp/rows
	exists bench || cat /var/log/xen/qemu-dm-bench.log >/dev/console 2>&1
	kib guest_overhead $((free - $(free_kib) - 512 * 1024))
	/bench/marks begin guest "${prefix}boot" 1 xl unpause bench
	wait_end bench
}

domain_rows() {
	while read -r row call; do
		/bench/marks run dom0 "$prefix$row" 1 sh -c "xl $call && sleep 1" >>/tmp/rows
		sleep 1
	done <<-END
		warm_block_attach block-attach dev phy:/dev/nullb1,xvdc,w
		warm_block_detach block-detach dev xvdc
		block_attach block-attach dev phy:/dev/nullb1,xvdc,w
		block_detach block-detach dev xvdc
		warm_net_attach network-attach dev bridge=xenbr0
		warm_net_detach network-detach dev 0
		net_attach network-attach dev bridge=xenbr0
		net_detach network-detach dev 0
		pause pause dev
		unpause unpause dev
		destroy destroy dev
	END
}

xen_rows() { BENCH_DOMAIN=$(xl domid dev) rows services; }

# Rows about an idle guest, the last of which destroys it.
idle_guest() {
	config dev idle
	xl create -q /tmp/dev.cfg
	sleep 2
	! has xen || xen_rows
	if has domain; then
		domain_rows
	else
		xl destroy dev
	fi
	sleep 1
}

# Two guests: the second one answers, the first one counts.
guest_to_guest() {
	config answer net+serve+host3 "vif = ['bridge=xenbr0,mac=00:16:3e:00:00:03']"
	xl create -q /tmp/answer.cfg
	sleep 2
	config ask net+peer+host2 "vif = ['bridge=xenbr0,mac=00:16:3e:00:00:02']"
	xl create -q /tmp/ask.cfg
	wait_end ask
	xl destroy answer
}

# grow ROW NAME [MIB]: create the domain of that name and count until its init;
# what it takes of Xen's memory, beyond its own.
grow() {
	free=$(free_kib)
	/bench/marks begin guest "grow_$1" 1 xl create -q "/tmp/$2.cfg"
	sleep 3
	kib "grow_$1_overhead" $((free - $(free_kib) - ${3:-128} * 1024))
}

# grow_by WHAT NUMBER MIB [LINE...]: one more guest, and then without it.
grow_by() {
	row=$1_$2 size=$3
	shift 3
	config g idle "memory = $size" "$@"
	grow "$row" g "$size"
	xl destroy g
	sleep 1
}

growth_rows() {
	grow_by warm 0 128
	for number in 1 2 3 4; do
		config "g$number" idle "memory = 128"
		grow "guests_$number" "g$number"
	done
	for number in 1 2 3 4; do xl destroy "g$number"; done
	sleep 1
	for number in 2 4; do
		grow_by vcpus $number 128 "vcpus = $number"
	done
	for number in 512 1024; do
		grow_by memory ${number}m $number
	done
	want_disks=1
	grow_by disks 1 128 "disk = ['phy:/dev/nullb0,xvda,w']"
	want_disks=4
	grow_by disks 4 128 "disk = ['phy:/dev/nullb0,xvda,w', 'phy:/dev/nullb1,xvdb,w',
		'phy:/dev/nullb2,xvdc,w', 'phy:/dev/nullb3,xvdd,w']"
	want_disks=0
}

domains() {
	start_services
	if has smp; then
		guest_cpus=2
	fi
	if has pvh; then
		guest_type=pvh
	fi
	if has hvm; then
		guest_type=hvm disks_and_net=$device_model
	fi
	if has split; then
		guest_place="cpus = '1'"
	fi
	if has xen || has domain; then
		idle_guest
	fi
	if has growth; then
		growth_rows
		return
	fi
	if has two; then
		guest_to_guest
		return
	fi
	if has net; then
		[ "$(pidof net)" ] || /bench/net serve >/dev/null &
	fi
	main_guest
}
