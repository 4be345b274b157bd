# SPDX-License-Identifier: GPL-2.0
network 2
netcheck serve 5002 &
note "serving"
await done 3000
