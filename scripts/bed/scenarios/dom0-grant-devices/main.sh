# SPDX-License-Identifier: GPL-2.0
# The program grants pages to the domain it runs in and maps them there.
# What Xen knows: grants of Dom0 that are in use, by its own list of them.
active() { hypervisor g '^\(XEN\) *\[0x'; }
memory() { awk '/MemFree/ { print $2 }' /proc/meminfo; }

for device in gntdev gntalloc; do
	equal "mode of /dev/xen/$device" "$(stat -c '%a %F' /dev/xen/$device)" "600 character special file"
done
equal "limit of gntdev" "$(cat /sys/module/xen_gntdev/parameters/limit)" 65536
equal "limit of gntalloc" "$(cat /sys/module/xen_gntalloc/parameters/limit)" 1024

before=$(active)
for job in data notify copy refuse life dmabuf; do
	check "grant devices: $job" grantcheck 0 "$job"
done
check "direct I/O on mapped pages" grantcheck 0 direct /var/tmp/direct.img
check "pages in use when they are unmapped" grantcheck 0 pinned /var/tmp/direct.img
equal "no grant is in use" "$(active)" "$before"

check "a hundred cycles of map and unmap" grantcheck 0 cycles 100
free=$(memory)
kept=$(dom0_kb)
check "a thousand more" grantcheck 0 cycles 1000
check "memory is back ($free kB)" [ "$(memory)" -gt $((free - 2048)) ]
equal "so is what Xen has lent" "$(dom0_kb)" "$kept"
equal "no grant is in use" "$(active)" "$before"

# lowered limits are kept to
echo 8 >/sys/module/xen_gntdev/parameters/limit
check "no more than the limit of gntdev" no grantcheck 0 cycles 4
echo 65536 >/sys/module/xen_gntdev/parameters/limit
echo 8 >/sys/module/xen_gntalloc/parameters/limit
check "no more than the limit of gntalloc" no grantcheck 0 cycles 4
echo 1024 >/sys/module/xen_gntalloc/parameters/limit
check "and again with room" grantcheck 0 cycles 4
