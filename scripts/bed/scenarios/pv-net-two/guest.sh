# SPDX-License-Identifier: GPL-2.0
peer=192.168.77.$(parameter bed.peer)
network "$(parameter bed.me)"
netcheck serve 5003 &
note "serving"
await talk 120
check "ping the other guest" ping -c 5 -W 5 "$peer"
check "TCP to the other guest and back, verified" netcheck tcp "$peer" 5003 12
check "TCP over IPv6, verified" netcheck tcp "fd77::$(parameter bed.peer)" 5003 6
check "UDP 1200 B, verified" netcheck udp "$peer" 5003 300 1200
check "UDP 30000 B in fragments, verified" netcheck udp "$peer" 5003 20 30000
