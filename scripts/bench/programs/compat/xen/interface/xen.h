/* SPDX-License-Identifier: GPL-2.0 */
/* <xen/privcmd.h> of the kernel asks for this name; Xen's own header is it. */
#include <xen/xen.h>
