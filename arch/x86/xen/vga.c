// SPDX-License-Identifier: GPL-2.0
/*
 * The initial domain's screen: from what the hypervisor says about its console to
 * what a boot loader would have put into boot_params.
 *
 * The hypervisor's structure has grown; how much of it was filled in comes with it.
 */
#include <linux/init.h>
#include <linux/screen_info.h>
#include <linux/stddef.h>

#include <xen/interface/xen.h>

#include "firmware.h"

/* Whether a structure of @size bytes has the member. */
#define vga_has(size, member) \
	((size) >= offsetofend(struct dom0_vga_console_info, member))

/* A VGA in 80x25 text mode, as the boot code would find it. */
static void __init vga_set_default(struct screen_info *screen)
{
	screen->orig_video_isVGA = VIDEO_TYPE_VGAC;
	screen->orig_video_mode = 3;
	screen->orig_video_ega_bx = 3;
	screen->orig_video_cols = 80;
	screen->orig_video_lines = 25;
	screen->orig_video_points = 16;
	screen->orig_y = 24;
}

static void __init vga_set_text(const struct dom0_vga_console_info *info, size_t size,
				struct screen_info *screen)
{
	if (!vga_has(size, u.text_mode_3))
		return;

	screen->orig_x = info->u.text_mode_3.cursor_x;
	screen->orig_y = info->u.text_mode_3.cursor_y;
	screen->orig_video_cols = info->u.text_mode_3.columns;
	screen->orig_video_lines = info->u.text_mode_3.rows;
	screen->orig_video_points = info->u.text_mode_3.font_height;
}

#define VGA_COPY_COLOUR(screen, lfb, colour) do {		\
	(screen)->colour##_pos = (lfb)->colour##_pos;		\
	(screen)->colour##_size = (lfb)->colour##_size;	\
} while (0)

static void __init vga_set_frame_buffer(const struct dom0_vga_console_info *info, size_t size,
					struct screen_info *screen)
{
	const typeof(info->u.vesa_lfb) *lfb = &info->u.vesa_lfb;
	bool efi = info->video_type == XEN_VGATYPE_EFI_LFB;

	if (!vga_has(size, u.vesa_lfb.rsvd_size))
		return;

	screen->orig_video_isVGA = efi ? VIDEO_TYPE_EFI : VIDEO_TYPE_VLFB;

	screen->lfb_base = lfb->lfb_base;
	screen->lfb_size = lfb->lfb_size;
	screen->lfb_linelength = lfb->bytes_per_line;
	screen->lfb_depth = lfb->bits_per_pixel;
	screen->lfb_height = lfb->height;
	screen->lfb_width = lfb->width;

	VGA_COPY_COLOUR(screen, lfb, red);
	VGA_COPY_COLOUR(screen, lfb, green);
	VGA_COPY_COLOUR(screen, lfb, blue);
	VGA_COPY_COLOUR(screen, lfb, rsvd);

	if (!efi && vga_has(size, u.vesa_lfb.mode_attrs))
		screen->vesa_attributes = lfb->mode_attrs;

	if (vga_has(size, u.vesa_lfb.ext_lfb_base) && lfb->ext_lfb_base) {
		screen->ext_lfb_base = lfb->ext_lfb_base;
		screen->capabilities |= VIDEO_CAPABILITY_64BIT_BASE;
	}
}

/**
 * xen_init_vga - describe the screen that the hypervisor leaves to the initial domain
 * @info: what it says
 * @size: how many bytes of @info it has filled in
 * @screen_info: where to describe it
 *
 * Context: early boot.
 */
void __init xen_init_vga(const struct dom0_vga_console_info *info, size_t size,
			 struct screen_info *screen_info)
{
	vga_set_default(screen_info);

	switch (info->video_type) {
	case XEN_VGATYPE_TEXT_MODE_3:
		vga_set_text(info, size, screen_info);
		break;
	case XEN_VGATYPE_VESA_LFB:
	case XEN_VGATYPE_EFI_LFB:
		vga_set_frame_buffer(info, size, screen_info);
		break;
	}
}
