/* layers.c - the files that libclamav unpacks, one in the other. */
#include "layers.h"

#include <string.h>

#include "estimate.h"

struct layers {
  GPtrArray *all; /* Layer *, by index */
  GArray *path;   /* OpenLayer, one in the other */
};

static void
layer_free(void *data)
{
  Layer *layer = data;

  g_free(layer->type);
  g_free(layer);
}

Layers *
layers_new(void)
{
  Layers *layers = g_new0(Layers, 1);

  layers->all = g_ptr_array_new_with_free_func(layer_free);
  layers->path = g_array_new(FALSE, FALSE, sizeof(OpenLayer));
  return layers;
}

void
layers_free(Layers *layers)
{
  if (!layers)
    return;
  g_ptr_array_unref(layers->all);
  g_array_unref(layers->path);
  g_free(layers);
}

unsigned
layers_add(Layers *layers, const char *type, size_t size)
{
  Layer *layer = g_new0(Layer, 1);

  layer->parent = layers->path->len > 0 ? (int)layers_current(layers) : -1;
  layer->type = g_strdup(type);
  layer->size = size;
  g_ptr_array_add(layers->all, layer);
  return layers->all->len - 1;
}

unsigned
layers_count(const Layers *layers)
{
  return layers->all->len;
}

const Layer *
layers_get(const Layers *layers, unsigned index)
{
  return g_ptr_array_index(layers->all, index);
}

/* --- the open ones --- */

const OpenLayer *
layers_top(const Layers *layers)
{
  return layers->path->len > 0 ? &g_array_index(layers->path, OpenLayer, layers->path->len - 1)
                               : NULL;
}

unsigned
layers_current(const Layers *layers)
{
  const OpenLayer *top = layers_top(layers);

  return top ? top->index : 0;
}

/* Office packages are unpacked by their directory and by the headers of their entries, the streams
 * of compound files up to three times. */
static gboolean
comes_twice(const Layer *layer)
{
  return g_str_has_prefix(layer->type, "CL_TYPE_OOXML") ||
         strcmp(layer->type, "CL_TYPE_MSOLE2") == 0;
}

void
layers_open(Layers *layers, unsigned depth, unsigned index, const unsigned char *bytes, size_t size)
{
  const OpenLayer *around = layers_top(layers);
  OpenLayer open = {.depth = depth, .index = index, .bytes = bytes, .size = size, .own = size};

  open.need = estimate_memory(bytes, size);
  /* A piece of the layer around it is a view of the same memory. */
  if (around && bytes >= around->bytes && bytes < around->bytes + around->size)
    open.own = 0;
  open.again = around && around->index == index;
  open.twice = (around && around->twice) ||
               (index < layers->all->len && comes_twice(layers_get(layers, index)));
  g_array_append_val(layers->path, open);
}

void
layers_move(Layers *layers)
{
  if (layers->path->len > 0)
    g_array_index(layers->path, OpenLayer, layers->path->len - 1).moved = TRUE;
}

void
layers_close(Layers *layers)
{
  if (layers->path->len > 0)
    g_array_set_size(layers->path, layers->path->len - 1);
}

void
layers_close_from(Layers *layers, unsigned depth)
{
  const OpenLayer *top;

  while ((top = layers_top(layers)) != NULL && top->depth >= depth)
    layers_close(layers);
}

guint64
layers_memory(const Layers *layers)
{
  guint64 bytes = 0;

  for (guint i = 0; i < layers->path->len; i++) {
    const OpenLayer *open = &g_array_index(layers->path, OpenLayer, i);

    bytes += (i > 0 ? open->own : 0) + open->need;
  }
  return bytes;
}

/* --- one --- */

gboolean
layer_lists(const Layer *layer, const char *container_type)
{
  return strcmp(layer->type, container_type) == 0 ||
         (g_str_has_prefix(layer->type, "CL_TYPE_OOXML") &&
          strcmp(container_type, "CL_TYPE_ZIP") == 0);
}

gboolean
layer_is_looked_at_again(const Layer *layer, const char *name, size_t size, gboolean normalized)
{
  return normalized ||
         (*name == '\0' && size == layer->size && g_str_has_prefix(layer->type, "CL_TYPE_OOXML"));
}
