# SPDX-License-Identifier: GPL-2.0
# One guest: boot, console out and in, reboot, shutdown.
vcpus=${BED_VARIANT#vcpus}
vcpus=${vcpus%%-*}
before=$(leftovers)

guest_start alpha <<-CFG
	vcpus = $vcpus
CFG
guest_passes alpha
equal "xl vcpu-list shows the vCPUs online" "$(xl vcpu-list alpha | grep -c ' [r-][b-]- ')" "$vcpus"

# console: what the guest prints is in the log, what is typed reaches it
log=/var/log/xen/console/guest-alpha.log
check "the guest's console output reaches the log" grep -q "bed: ok - " "$log"
word=type-$RANDOM$RANDOM
type_word() { printf '%s\n' "$word" >"$(guest_store alpha console/tty)"; }
guest_go alpha read-console
must "the guest waits at its console" guest_says alpha 'reading the console' 30
check "a line is typed on the guest's console" type_word
check "the guest has read that line" guest_says alpha "read: $word\$" 30

# reboot: a new domain, the same name, the job from its beginning
old=$(domid alpha)
other_id() { [ -n "$(domid alpha)" ] && [ "$(domid alpha)" != "$old" ]; }
check "xl reboot is taken" xl reboot alpha
must "the guest has rebooted" wait_for 60 other_id
guest_forget alpha
guest_passes alpha
guest_stop alpha
equal "nothing of the guest is left" "$(leftovers)" "$before"
