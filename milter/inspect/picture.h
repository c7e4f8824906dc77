/* picture.h - pictures made into pixels, to be searched for codes. Inside inspect/ only. PNG, JPEG,
 * GIF (its first picture), BMP and WebP; from memory, by what the bytes say and not their name. */
#ifndef CORDON_PICTURE_H
#define CORDON_PICTURE_H

#include <glib.h>

/* Rows from the top, without gaps. What is transparent is white. */
typedef struct picture {
  unsigned width, height;
  unsigned channels; /* 1: grey; 3: red, green, blue */
  unsigned char *pixels;
} Picture;

/* The bytes begin like a picture that picture_read knows. */
gboolean picture_is(const unsigned char *bytes, size_t len);

/* Pixels that the bytes say they hold; 0 if they do not say. */
guint64 picture_size(const unsigned char *bytes, size_t len);

/* The first picture in the bytes, made smaller where it has more than LIMIT_PICTURE_SEARCHED
 * pixels. A broken one is there as far as it could be read, as browsers show it. NULL where nothing
 * could be, or for one with more than LIMIT_PICTURE pixels. */
Picture *picture_read(const unsigned char *bytes, size_t len);

Picture *picture_new(unsigned width, unsigned height, unsigned channels); /* all white */
void picture_free(Picture *picture);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Picture, picture_free)

/* 3 or 1 for so many pixels: large pictures are read without colour, which takes a third. */
unsigned picture_channels(guint64 width, guint64 height);

static inline gboolean
picture_fits(guint64 width, guint64 height, guint64 limit)
{
  return width > 0 && height > 0 && width <= limit && height <= limit && width * height <= limit;
}

/* One file for each library. Each NULL or FALSE for what it cannot read; sizes are looked at before
 * anything is decoded. */
gboolean png_size(const unsigned char *bytes, size_t len, unsigned *width, unsigned *height);
gboolean jpeg_size(const unsigned char *bytes, size_t len, unsigned *width, unsigned *height);
gboolean gif_size(const unsigned char *bytes, size_t len, unsigned *width, unsigned *height);
gboolean bmp_size(const unsigned char *bytes, size_t len, unsigned *width, unsigned *height);
gboolean webp_size(const unsigned char *bytes, size_t len, unsigned *width, unsigned *height);
Picture *png_read(const unsigned char *bytes, size_t len);
Picture *jpeg_read(const unsigned char *bytes, size_t len);
Picture *gif_read(const unsigned char *bytes, size_t len);
Picture *bmp_read(const unsigned char *bytes, size_t len);
Picture *webp_read(const unsigned char *bytes, size_t len);

#endif
