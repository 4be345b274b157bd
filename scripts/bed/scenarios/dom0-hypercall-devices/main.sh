# SPDX-License-Identifier: GPL-2.0
# Parts named "strict" are what mainline 6.12 is known to get wrong.
handlers() { grep -c 'evtchn:evtchncheck' /proc/interrupts || true; }

for part in calls restrict dm_op resource eventfd buffers; do
	check "privcmd: $part" privcmdcheck $part
done
for part in events calls restrict ring races many; do
	check "evtchn: $part" evtchncheck $part
done
equal "interrupts of closed ports" "$(handlers)" 0

guest_config paused <<-CFG
	memory = 128
CFG
must "a paused guest" in_time 120 xl create -p /run/bed/paused.cfg
must "which may grow" xl mem-max paused 256
check "privcmd: a guest's frames" privcmdcheck foreign "$(domid paused)"
check "xl destroy frees it" xl destroy paused
check "it is gone" wait_for 20 guest_gone paused

must "another one" in_time 120 xl create -p /run/bed/paused.cfg
must "which may grow as well" xl mem-max paused 256
check "evtchn: strict" evtchncheck strict
check "privcmd: strict" privcmdcheck strict "$(domid paused)"
check "xl destroy frees that one" xl destroy paused
check "it is gone, too" wait_for 20 guest_gone paused
no_dead() { ! xl list | grep -q null; }
check "no domain is held by a mapping" no_dead
