# SPDX-License-Identifier: GPL-2.0
# Functions for scenarios, in Dom0 and on the native machine (bash).
#
# Channels: descriptor 7 is the report port, 8 carries guests' consoles; both
# are virtio serial ports, and only the first opener may have one, hence the
# inherited descriptors.

export PATH=/bed/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root
. /bed/report.sh
. /bed/settings			# config, timeout factor, disk prefix: see suite.py

emit() { printf '%s\n' "$*" >&7; }
if grep -qw bed.shell /proc/cmdline; then	# somebody sits at the console
	emit() { printf '%s\n' "$*" >/dev/hvc0; }
fi
at_end() { exit 0; }

# With kmemleak in the kernel the last check is that nothing has leaked; objects
# count only after some seconds, hence the second scan.
leak_check() {
	[ -w /sys/kernel/debug/kmemleak ] || return 0
	echo scan >/sys/kernel/debug/kmemleak
	sleep 6
	echo scan >/sys/kernel/debug/kmemleak
	check "kmemleak finds nothing" no grep -A 20 "unreferenced object" /sys/kernel/debug/kmemleak
}

parameter() { sed -n "s/.*\b$1=\([^ ]*\).*/\1/p" /proc/cmdline; }
on_xen() { [ "$(cat /sys/hypervisor/type 2>/dev/null)" = xen ]; }

# port NAME: the device of a virtio serial port.
port() {
	local dir
	for dir in /sys/class/virtio-ports/*; do
		[ "$(cat "$dir/name" 2>/dev/null)" != "$1" ] || { echo "/dev/${dir##*/}"; return; }
	done
	echo /dev/null
}

# monitor COMMAND: QEMU's monitor takes it (scenarios with "monitor = true"); it
# answers with nothing or OK to what succeeds.
monitor() {
	local answer
	printf '{"execute": "human-monitor-command", "arguments": {"command-line": "%s"}}\n' "$*" >&6
	while IFS= read -r -t $((20 * BED_SLOW)) -u 6 answer; do
		case $answer in
		*'"event":'*) ;;
		*'"return": "'['"O']*) return 0 ;;	# nothing, or OK
		*) break ;;
		esac
	done
	echo "monitor: $answer"
	return 1
}
open_monitor() {
	local greeting
	exec 6<>"$(port monitor)"
	read -r -u 6 greeting && echo '{"execute": "qmp_capabilities"}' >&6 && read -r -u 6 greeting
}

open_channels() {
	exec 7>"$(port report)" 8>"$(port consoles)"
	[ "$(port monitor)" = /dev/null ] || open_monitor
	mkdir -p /run/bed /lib/modules
	ln -sfn /bed/modules/lib/modules/* /bed/stock/modules/lib/modules/* /lib/modules/ 2>/dev/null
	ip link set lo up
}

# card_works SENTENCE: eth0 reaches the other side of QEMU's network, once its
# link is up.
card_works() {
	ip link set eth0 up
	ip addr add 10.0.2.15/24 dev eth0
	check "$1" wait_for 20 ping -q -c 3 -i 0.3 -W 2 10.0.2.2
}

disk() {	# disk ROLE: the device of root, payload, scratch or tools
	local role letter=a
	for role in root payload scratch tools; do
		[ "$role" != "$1" ] || { echo "/dev/${BED_DISK}$letter"; return; }
		letter=$(tr a-c b-d <<<"$letter")
	done
}

# ---------------------------------------------------------------- Xen services
start_services() {
	mkdir -p /run/xen /run/lock /var/lib/xen /var/log/xen/console /var/lib/xenstored
	modprobe -qa xenfs xen-gntdev xen-evtchn xen-gntalloc xen-privcmd xen-blkback xen-netback tun bridge loop 2>/dev/null
	mountpoint -q /proc/xen || mount -t xenfs xenfs /proc/xen
	export PATH=$PATH:/usr/lib/xen-4.17/bin:/usr/lib/xen-common/bin
	"${BED_XENSTORED:-xenstored}" --pid-file /run/xen/xenstored.pid || { emit "| xenstored did not start"; return 1; }
	wait_for 30 xenstore-ls / >/dev/null 2>&1 || { emit "| xenstored does not answer"; return 1; }
	xen-init-dom0 >/run/bed/init-dom0.log 2>&1
	xenconsoled --log=all --pid-file=/run/xen/xenconsoled.pid
	ip link add name xenbr0 type bridge
	ip addr add 192.168.77.1/24 dev xenbr0
	ip -6 addr add fd77::1/64 dev xenbr0 nodad
	ip link set xenbr0 up
}

# dom0_kb: the memory that Dom0 has.
dom0_kb() { cat /sys/devices/system/xen_memory/xen_memory0/info/current_kb; }
dom0_has_kb() { [ "$(dom0_kb)" -ge "$1" ]; }

# hypervisor KEY REGEX: how many lines of the hypervisor's answer to a debug key match.
hypervisor() {
	xl dmesg -c >/dev/null
	xl debug-keys "$1"
	sleep 1
	xl dmesg -c | grep -cE "$2" || true
}

# --------------------------------------------------------------------- guests
domid() { xl domid "$1" 2>/dev/null; }
guest_exists() { xl domid "$1" >/dev/null 2>&1; }
guest_gone() { ! guest_exists "$1"; }
guest_store() { xenstore-read "/local/domain/$(domid "$1")/$2" 2>/dev/null; }
guest_mib() { xl list "$1" | awk 'NR == 2 { print $3 }'; }
guest_crashed() { xl list "$1" | awk 'NR == 2 { print $5 }' | grep -q c; }
guest_online() { [ "$(xl vcpu-list "$1" | grep -c ' [r-][b-]- ')" = "$2" ]; }	# guest_online NAME VCPUS

# guest_risen NAME DOMID: it is there, as another domain than that.
guest_risen() { [ -n "$(domid "$1")" ] && [ "$(domid "$1")" != "$2" ]; }

# guest_forget NAME: what it has said was said by the domain that it was before.
guest_forget() { rm -f "/run/bed/$1.seen" "/run/bed/$1.said"; }

# guest_beats NAME STILL: a guest that counts in data/beat has counted on.
guest_beats() {
	local beat
	beat=$(guest_store "$1" data/beat)
	[ -n "$beat" ] && [ "$beat" != "$2" ]
}

# guest_freezes NAME: such a guest stops and goes on with xl pause and unpause.
guest_freezes() {
	local still
	check "xl pause" xl pause "$1"
	sleep 2
	still=$(guest_store "$1" data/beat)
	sleep 3
	equal "a paused guest does not run" "$(guest_store "$1" data/beat)" "$still"
	check "xl unpause" xl unpause "$1"
	check "the guest runs again" wait_for 20 guest_beats "$1" "$still"
}

follow_console() {	# follow_console NAME FILE
	touch "$2"
	(tail -n +1 -s 0.3 -F "$2" 2>/dev/null | sed -u "s/^/$1| /" >&8) 7>&- &
}

# guest_image NAME [JOB]: the guest's initramfs with the scenario's guest files.
guest_image() { cat "${BED_GUEST_CPIO:-/bed/guest.cpio.gz}" /bed/scenario.cpio.gz 2>/dev/null >"/run/bed/$1.img"; }

# guest_config NAME [JOB]: a domain's file; lines on standard input are added
# and win over the defaults.  The guest runs guest-JOB.sh (or guest.sh).
guest_config() {
	local name=$1 job=${2:-} lines boot
	lines=$(cat)
	guest_image "$name"
	boot="kernel = \"${GUEST_KERNEL:-/bed/bzImage}\"
ramdisk = \"/run/bed/$name.img\"
extra = \"console=hvc0 loglevel=7 bed.name=$name bed.job=$job ${GUEST_ARGS:-} $BED_GUEST_ARGS\""
	# an HVM guest boots from its disk; with a kernel given it would not
	! grep -q '"hvm"' <<<"$lines" || boot=
	cat >"/run/bed/$name.cfg" <<-CFG
	name = "$name"
	type = "pv"
	$boot
	memory = $((GUEST_MEMORY))
	vcpus = 1
	on_crash = "destroy"
	$lines
	CFG
}

# guest_start NAME [JOB] <<<"extra lines": create a guest; a failure ends the scenario.
guest_start() {
	guest_config "$@"
	guest_create "$1"
}
guest_create() {
	follow_console "$1" "/var/log/xen/console/guest-$1.log"
	! grep -q '"hvm"' "/run/bed/$1.cfg" || follow_console "$1-dm" "/var/log/xen/qemu-dm-$1.log"
	rm -f "/run/bed/$1.seen"
	must "xl create $1" in_time 120 xl create "/run/bed/$1.cfg"
}

# guest_pump NAME: pass on what the guest has said since the last time.
guest_pump() {
	local id number line seen
	id=$(domid "$1") || return 1
	seen=$(cat "/run/bed/$1.seen" 2>/dev/null || echo 0)
	while line=$(xenstore-read "/local/domain/$id/data/report/$((seen + 1))" 2>/dev/null); do
		seen=$((seen + 1))
		echo "$seen" >"/run/bed/$1.seen"
		printf '%s\n' "$line" >>"/run/bed/$1.said"
		emit "guest $1: $line"
	done
	return 0
}

# guest_said NAME REGEX
guest_said() { guest_pump "$1"; grep -qE -- "$2" "/run/bed/$1.said" 2>/dev/null; }

# guest_says NAME REGEX SECONDS: wait until the guest has said a matching line.
# A guest that failed a check, or is gone, ends the wait at once.
guest_says() {
	local end=$((SECONDS + ${3:-60} * BED_SLOW)) missing=0
	while ! guest_said "$1" "$2"; do
		if grep -q '^not ok' "/run/bed/$1.said" 2>/dev/null; then
			echo "guest $1 failed a check"; return 1
		fi
		# a domain that is being made anew has no name for a moment
		guest_exists "$1" && missing=0 || missing=$((missing + 1))
		[ "$missing" -lt 15 ] || { echo "guest $1 is gone"; return 1; }
		[ "$SECONDS" -lt "$end" ] || { echo "guest $1 did not say '$2'; its console:"
			tail -n 8 "/var/log/xen/console/guest-$1.log"; return 1; }
		sleep 0.4
	done
}

# guest_passes NAME [SECONDS]: the guest ran its job to the end, all checks held.
guest_passes() {
	must "guest $1 ran its job to the end" guest_says "$1" '^end ' "${2:-90}"
	check "every check in guest $1 held" grep -qE '^end [1-9][0-9]* 0$' "/run/bed/$1.said"
}

# guest_stop NAME [SECONDS]: ask for a shutdown and see the domain end.
guest_stop() {
	check "xl shutdown $1 is taken" xl shutdown "$1"
	must "guest $1 has shut down" wait_for "${2:-40}" guest_gone "$1"
}

# guest_go NAME WORD: the guest waits for WORD with 'await'.
guest_go() { xenstore-write "/local/domain/$(domid "$1")/data/go" "$2"; }

# disk_file PATH MIB: a file-backed disk.
disk_file() { truncate -s "$2M" "$1"; }

# leftovers: what guests may not leave behind, to be compared before and after.
leftovers() {
	xenstore-ls /local/domain/0/backend 2>/dev/null | grep -c 'state = ' || true
	ls /sys/class/net | grep -c '^vif' || true
	xl list | tail -n +2 | wc -l
}
