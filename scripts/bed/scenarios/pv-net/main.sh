# SPDX-License-Identifier: GPL-2.0
# Dom0's bridge is one end, the guest's eth0 the other; each serves the other.
netcheck serve 5001 >/run/bed/serve.log 2>&1 &
server=$!
before=$(leftovers)
guest_start net <<-CFG
	vcpus = 2
	vif = [ "mac=00:16:3e:00:00:02,bridge=xenbr0" ]
CFG
must "the guest's network is up" guest_says net '^note - serving' 60
vif=vif$(domid net).0
check "$vif is on the bridge" [ -d "/sys/class/net/xenbr0/brif/$vif" ]
check "ping the guest" ping -q -c 5 -i 0.2 -W 5 192.168.77.2
check "ping the guest, IPv6" ping -q -c 3 -i 0.2 -W 5 fd77::2
check "ping with packets that fragment" ping -q -c 3 -i 0.2 -s 20000 -W 5 192.168.77.2
check "TCP to the guest and back, verified" netcheck tcp 192.168.77.2 5002 16
check "TCP to the guest and back over IPv6, verified" netcheck tcp fd77::2 5002 8
check "UDP 64 B, verified" netcheck udp 192.168.77.2 5002 500 64
check "UDP 1400 B, verified" netcheck udp 192.168.77.2 5002 300 1400
check "UDP 40000 B in fragments, verified" netcheck udp 192.168.77.2 5002 20 40000
guest_go net clients
must "the guest's own connections hold" guest_says net '^ok - guest clients done' 120
counter() { cat "/sys/class/net/$vif/statistics/$1"; }
rx=$(counter rx_packets) tx=$(counter tx_packets)
check "$vif has counted packets ($rx in, $tx out)" [ "$rx" -gt 500 -a "$tx" -gt 500 ]
# with GSO, the stream from the guest takes far fewer packets than segments
bytes=$(counter rx_bytes)
check "large packets: more than 3000 bytes a packet in the guest's bulk stream" guest_says net '^ok - large packets' 30

guest_go net detach
check "xl network-detach" in_time 60 xl network-detach net 0
check "the guest has lost the card" guest_says net '^ok - card gone' 60
check "no vif is left" wait_for 10 no test -e "/sys/class/net/$vif"
check "xl network-attach" xl network-attach net mac=00:16:3e:00:00:03 bridge=xenbr0
must "the guest has a card again" guest_says net '^note - serving again' 60
check "ping the guest again" ping -q -c 5 -i 0.2 -W 5 192.168.77.3
check "TCP again, verified" netcheck tcp 192.168.77.3 5002 4
guest_go net done
guest_passes net
guest_stop net
equal "nothing of the guest is left" "$(leftovers)" "$before"
kill "$server"
