# SPDX-License-Identifier: GPL-2.0
# The guest keeps a disk, a card and a filled memory through all of it.  Memory up to
# its maximum is there on demand only, until the balloon has taken what is too much.
. /bed/dom0/hvm.sh
hvm_disk /var/tmp/life.img 16
before=$(leftovers)
start=$((GUEST_MEMORY + 64)) most=$((GUEST_MEMORY + 192)) least=$GUEST_MEMORY
vcpus=2
[ "$BED_VARIANT" != pvhvm ] || vcpus=1	# the device model can add, not take away
guest_start guest <<-CFG
	$(type_lines "$BED_VARIANT")
	vcpus = $vcpus
	maxvcpus = 2
	memory = $start
	maxmem = $most
	disk = [ "file:/var/tmp/life.img,xvda,w" ]
	vif = [ "mac=00:16:3e:00:02:02,bridge=xenbr0,type=vif" ]
CFG
must "the guest is up" guest_says guest '^note - ready' 240

at_most() { [ "$(guest_mib guest)" -le "$1" ]; }
at_least() { [ "$(guest_mib guest)" -ge "$1" ]; }

resize() {
	check "xl mem-set up is taken" xl mem-set guest "$most"
	check "the guest takes memory" wait_for 40 at_least $((most - 12))
	guest_go guest big
	check "the guest uses the memory it got" guest_says guest '^ok - memory is up' 90
	check "xl mem-set down is taken" xl mem-set guest "$least"
	check "the guest gives memory back" wait_for 40 at_most $((least + 8))
	guest_go guest small
	check "the guest has less memory" guest_says guest '^ok - data survived' 60
}

recount() {
	if [ "$BED_VARIANT" = pvhvm ]; then
		check "xl vcpu-set 2 is taken" xl vcpu-set --ignore-host guest 2
		guest_go guest more
		must "the guest has a second vCPU" guest_says guest '^ok - a vCPU was added' 60
		check "Xen sees two vCPUs" wait_for 20 guest_online guest 2
	else
		check "xl vcpu-set 1 is taken" xl vcpu-set --ignore-host guest 1
	fi
	guest_go guest one
	check "Xen sees one vCPU go" wait_for 40 guest_online guest 1
	check "the guest runs on one vCPU" guest_says guest '^ok - one vCPU' 60
	[ "$BED_VARIANT" = pvhvm ] || check "xl vcpu-set 2 is taken" xl vcpu-set --ignore-host guest 2
	guest_go guest two
	must "the guest has brought the vCPU back" guest_says guest '^ok - two vCPUs' 60
	check "Xen sees both again" wait_for 20 guest_online guest 2
}

# restored: it is there as another domain, and works
restored() {
	check "restored: it is a new domain" [ "$(domid guest)" != "$old" ]
	guest_forget guest
	xenstore-write "/local/domain/$(domid guest)/data/now" "$(date +%s)"
	guest_go guest restored
	still=$(guest_store guest data/beat)
	check "restored: its timers run" wait_for 20 guest_beats guest "$still"
	check "restored: the network answers" wait_for 20 ping -q -c 1 -W 2 192.168.77.2
	check "restored: TCP to the guest and back, verified" netcheck tcp 192.168.77.2 5004 1
	must "restored: the guest has looked" guest_says guest '^note - looked' 90
}
check "it has what it was given" at_most $((start + 8))
resize
recount
guest_freezes guest
check "the network answers before it leaves" ping -q -c 2 -W 5 192.168.77.2
old=$(domid guest)
must "xl save" in_time 120 xl save guest /var/tmp/life.save
check "a saved guest is gone" wait_for 10 guest_gone guest
sleep 3
must "xl restore" in_time 120 xl restore /var/tmp/life.save
restored
guest_go guest done
guest_passes guest 90
guest_stop guest 90
equal "nothing of the guest is left" "$(leftovers)" "$before"
check "Dom0 finds what the guest wrote in the end" blkcheck verify /var/tmp/life.img 8 2
