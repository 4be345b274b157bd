# SPDX-License-Identifier: GPL-2.0
# A guest that panics on request; xl must see the crash, not a shutdown.
guest_start victim <<-CFG
	on_crash = "preserve"
CFG
guest_passes victim
guest_go victim crash
must "xl list shows the domain as crashed" wait_for 40 guest_crashed victim
check "its console has the panic" grep -q "sysrq triggered crash" /var/log/xen/console/guest-victim.log
check "xl destroy removes it" xl destroy victim
check "it is gone" wait_for 20 guest_gone victim

# with on_crash = restart the toolstack starts it anew
guest_start phoenix crash <<-CFG
	on_crash = "restart"
CFG
first=$(domid phoenix)
must "the guest is up" guest_says phoenix '^ok - up' 60
guest_go phoenix crash
check "a crashed guest with on_crash=restart comes back" wait_for 60 guest_risen phoenix "$first"
guest_forget phoenix
check "and runs" guest_says phoenix '^ok - up' 60
guest_stop phoenix
