# SPDX-License-Identifier: GPL-2.0
# What Dom0 asks for, one job after the other; the kernel has no frontend for cards.
job() {
	await "$1" 600
	check "$*" nethostile 0 "$@"
	note "$1: $(sed -n 's/.* \([0-9]*\) offences$/\1/p' "$bed_out") offences"
}
check "the kernel leaves the card alone" no test -e /sys/class/net/eth0
note "ready"
job honest
job packets
job lies
job grants
job fatal
job changing 6
job buffers
job stall
job control
job keys
job states 6
job flight 12
job storm
job cycles "$(parameter bed.rounds)"
job gone
await flood 600
nethostile "$(xs list device/vif | sort -n | tail -n 1)" flood &
note "flooding"
await done 600
