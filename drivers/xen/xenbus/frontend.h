/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the files of the frontend bus share.
 */
#ifndef _XENBUS_FRONTEND_H
#define _XENBUS_FRONTEND_H

struct device_driver;
struct xen_bus_type;

extern struct xen_bus_type xenbus_frontend;

void xenbus_frontend_wait_enable(void);
void xenbus_frontend_wait(struct device_driver *drv);
void xenbus_frontend_reset(void);

#endif /* _XENBUS_FRONTEND_H */
