# SPDX-License-Identifier: GPL-2.0
# The same programs on both, so that what only one of them does stands out.
for bits in '' 32; do
	check "signals ($bits)" sigcheck$bits
	check "ptrace ($bits)" ptracecheck$bits
	check "memory operations ($bits)" memcheck$bits ops
	check "state of a CPU across switches ($bits)" cpustate$bits
	check "fork storm ($bits)" forkstorm$bits
done
check "clocks" timecheck
check "dynamic 64-bit programs run" gcc --version
