/* picture.h - pictures made into pixels, to be searched for codes. Inside inspect/ only. PNG, JPEG,
 * GIF, BMP, WebP, TIFF and JPEG 2000, those that move or have pages included; from memory, by what
 * the bytes say and not their name. */
#ifndef CORDON_PICTURE_H
#define CORDON_PICTURE_H

#include <glib.h>

/* Rows from the top, without gaps. */
typedef struct picture {
  unsigned width, height;
  unsigned channels; /* 1: grey; 3: red, green, blue; 4: and how opaque it is */
  unsigned char *pixels;
} Picture;

/* Ways of seeing a picture in grey: by brightness, what is transparent being white or black, or by
 * red or blue, on white. */
typedef enum picture_view {
  VIEW_ON_WHITE,
  VIEW_ON_BLACK,
  VIEW_RED,
  VIEW_BLUE,
  PICTURE_VIEWS
} PictureView;

/* The ways in which a picture can show different things, a bit for each. */
unsigned picture_views(const Picture *picture);

/* A row of picture->width pixels, and as it is stored. */
void picture_row(const Picture *picture, PictureView view, unsigned y, unsigned char *out);
const unsigned char *picture_raw_row(const Picture *picture, unsigned y);

static inline unsigned char
picture_luma(const unsigned char *rgb)
{
  return (unsigned char)((2u * rgb[0] + 5u * rgb[1] + rgb[2]) / 8);
}

static inline unsigned char
picture_value(const unsigned char *rgb, PictureView view)
{
  if (view == VIEW_RED || view == VIEW_BLUE)
    return rgb[view == VIEW_RED ? 0 : 2];
  return picture_luma(rgb);
}

static inline unsigned char
picture_on_ground(const unsigned char *rgba, PictureView view)
{
  unsigned ground = view == VIEW_ON_BLACK ? 0 : 255 * (255u - rgba[3]);

  return (unsigned char)((picture_value(rgba, view) * rgba[3] + ground) / 255);
}

/* One pixel, inside of the picture. */
static inline unsigned char
picture_at(const Picture *picture, PictureView view, unsigned x, unsigned y)
{
  const unsigned char *at = picture->pixels + ((size_t)y * picture->width + x) * picture->channels;

  if (picture->channels == 1)
    return *at;
  if (picture->channels == 3 || at[3] == 255)
    return picture_value(at, view);
  return picture_on_ground(at, view);
}

/* The bytes begin like a picture that picture_read knows. */
gboolean picture_is(const unsigned char *bytes, size_t len);

/* What the bytes say that they hold, and what it takes to read it. */
typedef struct picture_size {
  unsigned width, height; /* of the canvas, where there are several */
  unsigned frames;        /* of pages, as many of the largest as have the pixels of all */
  guint64 beside;         /* bytes that its decoder takes, besides the pixels */
} PictureSize;

/* FALSE if they do not say. */
gboolean picture_size(const unsigned char *bytes, size_t len, PictureSize *size);

typedef void PictureSeen(const Picture *picture, void *data);

/* Calls `seen` with the picture in the bytes or, where they move, with what is shown after each of
 * them, or with each page; made smaller where it has more than LIMIT_PICTURE_SEARCHED pixels. A
 * broken one is shown as far as it could be read, as browsers do. FALSE where nothing could be, it
 * has more than LIMIT_PICTURE pixels, or some of its pages are not read to their end. */
gboolean picture_read(const unsigned char *bytes, size_t len, PictureSeen *seen, void *data);

Picture *picture_new(unsigned width, unsigned height, unsigned channels); /* all black and clear */
Picture *picture_new_white(unsigned width, unsigned height, unsigned channels);
void picture_free(Picture *picture);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Picture, picture_free)

/* Of a picture with so many pixels each step-th row and column is read, so that no more than
 * LIMIT_PICTURE_SEARCHED are looked at. */
unsigned picture_step(guint64 width, guint64 height);

/* The file is of so many bytes, `kept` are kept of each pixel that is read, and so many more are
 * taken until it is. */
gboolean picture_has_memory(size_t len, guint64 pixels, unsigned kept, guint64 beside);

/* The step at which it has; 0 if there is none. */
unsigned picture_step_within(const PictureSize *size, size_t len, unsigned kept);

static inline gboolean
picture_fits(guint64 width, guint64 height, guint64 limit)
{
  return width > 0 && height > 0 && width <= limit && height <= limit && width * height <= limit;
}

/* What a file that moves shows. */
typedef struct canvas {
  Picture *picture;    /* of 4 channels */
  unsigned step;       /* each step-th row and column is kept */
  gboolean moves;      /* what was there before can come back */
  unsigned changed;    /* pixels since it was shown */
  unsigned char *kept; /* pixels as they were */
  PictureSeen *seen;
  void *data;
} Canvas;

/* Places are those of the whole, before it is made smaller; what is beyond the edges is dropped. */
void canvas_put(Canvas *canvas, unsigned x, unsigned y, const unsigned char rgba[4]);
void canvas_draw(Canvas *canvas, const Picture *picture, unsigned left, unsigned top,
                 gboolean blend);
void canvas_erase(Canvas *canvas, unsigned left, unsigned top, unsigned width, unsigned height);
void canvas_show(Canvas *canvas);
void canvas_keep(Canvas *canvas);
void canvas_restore(Canvas *canvas);
gboolean canvas_holds(const Canvas *canvas, unsigned width, unsigned height);

/* One file for each library. Each NULL or FALSE for what it cannot read; sizes are looked at before
 * anything is decoded. */
gboolean png_size(const unsigned char *bytes, size_t len, PictureSize *size);
gboolean jpeg_size(const unsigned char *bytes, size_t len, PictureSize *size);
gboolean gif_size(const unsigned char *bytes, size_t len, PictureSize *size);
gboolean bmp_size(const unsigned char *bytes, size_t len, PictureSize *size);
gboolean webp_size(const unsigned char *bytes, size_t len, PictureSize *size);
gboolean tiff_size(const unsigned char *bytes, size_t len, PictureSize *size);
gboolean jpx_size(const unsigned char *bytes, size_t len, PictureSize *size);
Picture *png_read(const unsigned char *bytes, size_t len);
Picture *jpeg_read(const unsigned char *bytes, size_t len);
Picture *bmp_read(const unsigned char *bytes, size_t len);
gboolean gif_play(const unsigned char *bytes, size_t len, Canvas *canvas);
gboolean webp_play(const unsigned char *bytes, size_t len, Canvas *canvas);
gboolean apng_play(const unsigned char *bytes, size_t len, Canvas *canvas);
gboolean tiff_show(const unsigned char *bytes, size_t len, PictureSeen *seen, void *data);
gboolean jpx_show(const unsigned char *bytes, size_t len, PictureSeen *seen, void *data);

/* How many pictures a PNG says that it has, besides the one that all readers show. */
unsigned apng_frames(const unsigned char *bytes, size_t len);

#endif
