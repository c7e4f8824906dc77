/* fuzz_tree.c - any bytes as a message: no crash, no leak, and ranges that lie inside their layer.
 * clang -fsanitize=fuzzer,address,undefined */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "tree.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
require(int truth)
{
  if (!truth)
    abort();
}

static void
check_part(const Tree *tree, const Part *part)
{
  const Layer *layer = tree_layer(tree, part->layer);
  gsize size = g_bytes_get_size(layer->bytes);

  require(range_end(part->header) <= size && range_end(part->body) <= size);
  require(range_end(part->header) <= part->body.off);
  for (guint i = 0; i < part->nfields; i++) {
    const Field *field = &g_array_index(layer->lexed->fields, Field, part->fields + i);

    require(range_holds(part->header, field->whole));
    require(range_holds(field->whole, field->name) && range_holds(field->whole, field->value));
  }
  for (guint i = 0; i < part->children->len; i++) {
    const Part *child = g_ptr_array_index(part->children, i);

    require(child->parent == part && child->index > part->index);
    require(child->layer != part->layer || range_holds(part->body, child->body));
  }
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  GBytes *raw = g_bytes_new(data, size);
  Tree *tree = tree_parse(raw);

  require(tree->layers->len > 0);
  require(tree->capped || tree->parts->len > 0);
  for (guint i = 0; i < tree->parts->len; i++)
    check_part(tree, tree_part(tree, i));
  tree_free(tree);
  g_bytes_unref(raw);
  return 0;
}
