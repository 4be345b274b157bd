# SPDX-License-Identifier: GPL-2.0
check "written, read back, compared" blkcheck both /dev/xvda 32 11
check "and again from other offsets" blkcheck both /dev/xvda 32 12
check "the data that Dom0 will look for" blkcheck write /dev/xvda 32 11
