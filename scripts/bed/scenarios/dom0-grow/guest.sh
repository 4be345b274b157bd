# SPDX-License-Identifier: GPL-2.0
check "all of the memory works" memcheck 300 1
