# SPDX-License-Identifier: GPL-2.0
# Never runs: the guest stays paused, its memory is what is looked at.
check "up" true
finish
