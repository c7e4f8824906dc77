/* sender.c - who sent a message, by its top header.
 *
 * Nothing in an Authentication-Results field proves who wrote it. What speaks for one is its place:
 * an MTA and its milters put theirs above all that came with the message. So the fields above the
 * first one that only a sender, or an earlier hop, can have written are told from those below. */
#include "senders.h"

#include "finding.h"

#include <string.h>

/* What milters and delivery put on top. A Received of this MTA is not shown to milters, so one
 * that is seen is of an earlier hop. */
static gboolean
is_put_on_top(const char *name)
{
  static const char *const names[] = {
      "authentication-results", "received-spf", "return-path", "dkim-filter",
      "dmarc-filter",           "delivered-to"};
  for (guint i = 0; i < G_N_ELEMENTS(names); i++)
    if (strcmp(names[i], name) == 0)
      return TRUE;
  return g_str_has_prefix(name, "x-") || g_str_has_prefix(name, "arc-");
}

static void
add_results(const Part *part, const Field *field, const unsigned char *value, gboolean upper,
            GPtrArray *findings)
{
  Finding *finding = finding_new(FINDING_RESULTS, part->index);
  finding->auth = auth_field_parse(value, field->value.len);
  finding->auth->upper = upper;
  finding->at = field->whole;
  finding->layer = part->layer;
  g_ptr_array_add(findings, finding);
}

void
inspect_sender(const Tree *tree, GPtrArray *findings)
{
  const Layer *layer = tree_layer(tree, 0);
  const Part *part = layer->root;
  const char *bytes = g_bytes_get_data(layer->bytes, NULL);
  gboolean upper = TRUE;
  for (guint i = part->fields; i < part->fields + part->nfields && i < layer->lexed->fields->len;
       i++) {
    const Field *field = &g_array_index(layer->lexed->fields, Field, i);
    g_autofree char *name = g_ascii_strdown(bytes + field->name.off, (gssize)field->name.len);
    g_strchomp(name);
    upper = upper && is_put_on_top(name);
    if (strcmp(name, "authentication-results") == 0)
      add_results(part, field, (const unsigned char *)bytes + field->value.off, upper, findings);
  }
  g_ptr_array_add(findings, finding_new(FINDING_SENDER, part->index));
}
