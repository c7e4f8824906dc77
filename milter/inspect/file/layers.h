/* layers.h - the files that libclamav unpacks, one in the other. Inside inspect/ only; for
 * unpack.c.
 */
#ifndef CORDON_INSPECT_LAYERS_H
#define CORDON_INSPECT_LAYERS_H

#include <glib.h>

typedef struct layer {
  int parent;
  char *type; /* libclamav's */
  size_t size;
} Layer;

/* A layer that is being scanned. Some layers are never told of (a zip found inside a stream), so
 * depths may jump. */
typedef struct open_layer {
  unsigned depth;
  unsigned index;             /* of the layer it counts as */
  const unsigned char *bytes; /* as libclamav has them */
  size_t size;
  size_t own;     /* bytes of memory, 0 where they are a piece of those around them */
  guint64 need;   /* and of what is in them, before any file comes out of it */
  gboolean again; /* a further view of the layer that it counts as */
  gboolean twice; /* what is in it comes out more than once */
  gboolean moved; /* what is around it is not what was when it was looked at before */
} OpenLayer;

typedef struct layers Layers;

Layers *layers_new(void);
void layers_free(Layers *layers);

/* A new one, in the one that is open now; returns its index, which counts from 0. */
unsigned layers_add(Layers *layers, const char *type, size_t size);
unsigned layers_count(const Layers *layers);
const Layer *layers_get(const Layers *layers, unsigned index);

/* The innermost that is open, or NULL. Until the next change. */
const OpenLayer *layers_top(const Layers *layers);

/* Its index; 0 where none is open. */
unsigned layers_current(const Layers *layers);

void layers_open(Layers *layers, unsigned depth, unsigned index, const unsigned char *bytes,
                 size_t size);
void layers_close(Layers *layers);

/* The innermost that is open has moved. */
void layers_move(Layers *layers);

/* Normally the end of each layer is told; should one be missed, the depth of the next one puts it
 * right. */
void layers_close_from(Layers *layers, unsigned depth);

/* Bytes of memory for what is open, without the attachment itself. */
guint64 layers_memory(const Layers *layers);

/* libclamav also looks for zip entries in the midst of any file; those are nobody's list. */
gboolean layer_lists(const Layer *layer, const char *container_type);

/* The same bytes as the layer's again, as another type or in plainer form? */
gboolean layer_is_looked_at_again(const Layer *layer, const char *name, size_t size,
                                  gboolean normalized);

#endif
