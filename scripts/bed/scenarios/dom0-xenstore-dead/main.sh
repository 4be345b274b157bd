# SPDX-License-Identifier: GPL-2.0
# Each of these fails with mainline's files: see the comments.
daemon=$(cat /run/xen/xenstored.pid)
xs write /tool/crowd here

kill -STOP "$daemon"
# The wait for the reply to a watch could not be ended.
rm -f /tmp/halt
xscrowd watch /tmp/halt &
user=$!
check "a watch is asked of a store that is stopped" wait_for 10 test -e /tmp/halt
sleep 1
kill -KILL "$user"
gone() { ! kill -0 "$user" 2>/dev/null; }
check "its killed waiter goes" wait_for 20 gone
# So could that of a module's probe or of a sysfs file; a worker waited at close.
check "who only opens and closes the device does not wait" in_time 10 sh -c ': </dev/xen/xenbus'
kill -CONT "$daemon"
check "the store goes on" in_time 20 xs read /tool/crowd

# A second request overwrote the first that still waited for the ring.  The end
# of transaction 0 was warned of and had no reply, a read of nothing never ended.
check "rare, but right" in_time 60 xscrowd odd

# All events of a storm were kept for a reader that did not read.
check "a storm for a reader that does not read is bounded" xscrowd storm 5000
check "nothing was warned of" no sh -c 'dmesg | grep -E "WARNING:|BUG:"'
xs rm /tool/crowd
