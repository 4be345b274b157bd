# SPDX-License-Identifier: GPL-2.0
# The guest keeps a disk, a card and a filled memory through all of it.
disk_file /var/tmp/life.img 16
before=$(leftovers)
full=$((GUEST_MEMORY + 64)) less=$((GUEST_MEMORY - 32))
guest_start life <<-CFG
	vcpus = 2
	memory = $full
	maxmem = $full
	disk = [ "file:/var/tmp/life.img,xvda,w" ]
	vif = [ "mac=00:16:3e:00:02:02,bridge=xenbr0" ]
CFG
must "the guest is up" guest_says life '^note - ready' 90

has_memory() { [ "$(guest_mib life)" -le "$1" ]; }
has_memory_again() { [ "$(guest_mib life)" -ge "$1" ]; }
check "xl mem-set down is taken" xl mem-set life "$less"
check "the guest gives memory back" wait_for 40 has_memory $((less + 2))
guest_go life small
check "the guest has less memory" guest_says life '^ok - memory is down' 60
check "xl mem-set up is taken" xl mem-set life "$full"
check "the guest takes memory again" wait_for 40 has_memory_again $((full - 6))
guest_go life big
check "the guest uses the memory it got back" guest_says life '^ok - memory is up' 90

check "xl vcpu-set 1 is taken" xl vcpu-set life 1
check "Xen sees one vCPU go" wait_for 40 guest_online life 1
guest_go life one
check "the guest runs on one vCPU" guest_says life '^ok - one vCPU' 60
check "xl vcpu-set 2 is taken" xl vcpu-set life 2
guest_go life two
check "the guest has brought the vCPU back" guest_says life '^ok - two vCPUs' 60
check "Xen sees two vCPUs" wait_for 20 guest_online life 2

guest_freezes life

check "the network answers before the save" ping -q -c 2 -W 5 192.168.77.2
old=$(domid life)
must "xl save" in_time 120 xl save life /var/tmp/life.save
check "a saved guest is gone" wait_for 10 guest_gone life
sleep 3
must "xl restore" in_time 120 xl restore /var/tmp/life.save
check "it is a new domain" [ "$(domid life)" != "$old" ]
guest_forget life
guest_go life restored
check "the network answers after the restore" wait_for 20 ping -q -c 1 -W 2 192.168.77.2
guest_passes life 90
guest_stop life
equal "nothing of the guest is left" "$(leftovers)" "$before"
check "Dom0 finds what the guest wrote after the restore" blkcheck verify /var/tmp/life.img 8 2
