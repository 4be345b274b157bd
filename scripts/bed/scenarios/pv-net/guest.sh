# SPDX-License-Identifier: GPL-2.0
network 2
netcheck serve 5002 &
note "serving"
await clients 240
check "ping Dom0" ping -c 5 -W 5 192.168.77.1
check "ping Dom0, IPv6" ping -c 3 -W 5 fd77::1
check "TCP to Dom0 and back, verified" netcheck tcp 192.168.77.1 5001 16
check "UDP to Dom0, verified" netcheck udp 192.168.77.1 5001 500 1000
stat() { cat "/sys/class/net/eth0/statistics/$1"; }
check "guest clients done" true
b=$(stat tx_bytes) p=$(stat tx_packets)
netcheck tcp 192.168.77.1 5001 16 >/dev/null
b=$(($(stat tx_bytes) - b)) p=$(($(stat tx_packets) - p))
check "large packets: $((b / p)) bytes a packet sent" [ $((b / p)) -gt 3000 ]
await detach 60
check "card gone" wait_for 60 no test -e /sys/class/net/eth0
network 3
note "serving again"
await done 120
