/* tree.c - from the lexer's entities to a tree of parts over all layers, checked against GMime.
 *
 * The tree is the lexer's. GMime reads the same bytes as a second opinion: where it sees another
 * structure, other readers will too. It only ever sees bytes that passed the caps of bounds.h, and
 * is never asked for addresses or decoded fields, which is where it crashes or hangs (G-012). */
#include "tree.h"

#include <gmime/gmime.h>
#include <string.h>

#include "lexing.h"
#include "outline.h"
#include "parts.h"

typedef struct builder {
  Tree *tree;
  size_t decoded; /* bytes, over all parts */
  size_t layered; /* of them, those of layers */
} Builder;

static void
note(Tree *tree, AnomalyKind kind, unsigned layer, Range at, const char *detail)
{
  Anomaly anomaly = {kind, layer, at, detail};

  g_array_append_val(tree->anomalies, anomaly);
  if (kind == ANOMALY_LIMIT)
    tree->capped = TRUE;
}

/* GMime's view. */

typedef struct check {
  const Layer *layer;
  Outline outline; /* what GMime reads */
  guint next;      /* entity that the next object must be */
  const char *odd; /* first difference, or NULL */
  Range at;
} Check;

static void
differ(Check *check, const Entity *entity, const char *what)
{
  if (check->odd != NULL)
    return;
  check->odd = what;
  check->at = entity != NULL ? entity->header : range_make(0, 0);
}

static gboolean
is_line_end(const Layer *layer, size_t off, size_t end)
{
  const char *bytes = g_bytes_get_data(layer->bytes, NULL);

  for (; off < end; off++)
    if (bytes[off] != '\r' && bytes[off] != '\n')
      return FALSE;
  return TRUE;
}

/* A part of no bytes at all, between two delimiters: GMime makes none of it. */
static gboolean
is_void(const Entity *entity, int parent)
{
  return entity->parent == parent && entity->nfields == 0 && entity->body.len == 0 &&
         entity->body.off == range_end(entity->header);
}

static int
count_parts(const Check *check, int parent, gboolean voids)
{
  GArray *entities = check->layer->lexed->entities;
  int count = 0;

  for (guint i = check->next; i < entities->len; i++) {
    const Entity *entity = &g_array_index(entities, Entity, i);

    if (entity->parent == parent && (voids || !is_void(entity, parent)))
      count++;
  }
  return count;
}

static void
skip_voids(Check *check, int parent)
{
  GArray *entities = check->layer->lexed->entities;

  while (check->next < entities->len &&
         is_void(&g_array_index(entities, Entity, check->next), parent))
    check->next++;
}

/* GMime counts the line end before a delimiter in some places, so only that may differ. */
static void
check_leaf(Check *check, const Entity *entity, GMimePart *part)
{
  GMimeDataWrapper *content = g_mime_part_get_content(part);
  GMimeStream *stream = content != NULL ? g_mime_data_wrapper_get_stream(content) : NULL;

  if (stream == NULL) {
    if (entity->body.len > 0)
      differ(check, entity, "GMime sees no content");
    return;
  }

  const Outline *outline = &check->outline;
  size_t shown = g_bytes_get_size(outline->bytes);
  size_t start = outline_source(outline, (size_t)stream->bound_start);
  size_t end = outline_source(outline, stream->bound_end < 0 ? shown : (size_t)stream->bound_end);
  size_t ours = range_end(entity->body);

  if (entity->body.len == 0 && end <= start + 2)
    return;
  if (start != entity->body.off)
    differ(check, entity, "GMime sees the content begin elsewhere");
  else if (end != ours && !is_line_end(check->layer, MIN(end, ours), MAX(end, ours)))
    differ(check, entity, "GMime sees the content end elsewhere");
}

static void check_object(Check *check, GMimeObject *object);

static void
check_multipart(Check *check, const Entity *entity, GMimeMultipart *multipart)
{
  int count = g_mime_multipart_get_count(multipart);
  int index = (int)check->next - 1;
  gboolean skip;

  if (!entity->multipart) {
    differ(check, entity, "GMime sees a multipart");
    return;
  }
  skip = count_parts(check, index, TRUE) != count && count_parts(check, index, FALSE) == count;
  for (int i = 0; i < count && check->odd == NULL; i++) {
    if (skip)
      skip_voids(check, index);
    check_object(check, g_mime_multipart_get_part(multipart, i));
  }
  if (skip)
    skip_voids(check, index);
}

static void
check_message(Check *check, const Entity *entity, GMimeMessagePart *part)
{
  GMimeMessage *message = g_mime_message_part_get_message(part);
  GMimeObject *body = message != NULL ? g_mime_message_get_mime_part(message) : NULL;

  if (!entity->message) {
    if (entity->encoding == ENCODING_NONE)
      differ(check, entity, "GMime sees a message");
    return; /* encoded: GMime reads the undecoded bytes, which means nothing */
  }
  if (body != NULL)
    check_object(check, body);
  else
    differ(check, entity, "GMime sees no message");
}

static void
check_object(Check *check, GMimeObject *object)
{
  GArray *entities = check->layer->lexed->entities;
  const Entity *entity;

  if (check->next >= entities->len) {
    differ(check, NULL, "GMime sees more parts");
    return;
  }
  entity = &g_array_index(entities, Entity, check->next++);
  if (GMIME_IS_MULTIPART(object))
    check_multipart(check, entity, (GMimeMultipart *)object);
  else if (entity->multipart)
    differ(check, entity, "GMime sees no multipart");
  else if (GMIME_IS_MESSAGE_PART(object))
    check_message(check, entity, (GMimeMessagePart *)object);
  else if (entity->message)
    differ(check, entity, "GMime sees no message");
  else if (GMIME_IS_PART(object))
    check_leaf(check, entity, (GMimePart *)object);
}

static GMimeObject *
gmime_parse(GBytes *bytes)
{
  gsize size;
  const guint8 *data = g_bytes_get_data(bytes, &size);
  GByteArray *array = g_byte_array_new_take((guint8 *)(gsize)data, size);
  GMimeStream *stream = g_mime_stream_mem_new_with_byte_array(array);
  GMimeParser *parser;
  GMimeObject *object;

  g_mime_stream_mem_set_owner(GMIME_STREAM_MEM(stream), FALSE);
  parser = g_mime_parser_new_with_stream(stream);
  g_mime_parser_set_persist_stream(parser, TRUE);
  object = g_mime_parser_construct_part(parser, NULL);
  g_object_unref(parser);
  g_object_unref(stream);
  g_byte_array_steal(array, NULL);
  g_byte_array_unref(array);
  return object;
}

/* The object must be gone before the bytes are. An mbox line before the header is not shown to
 * GMime, which takes it for the end of one when it reads a part. */
static void
compare_gmime(Tree *tree, const Layer *layer, unsigned index)
{
  Check check = {.layer = layer};
  GMimeObject *object;

  if (g_array_index(layer->lexed->entities, Entity, 0).header.off == g_bytes_get_size(layer->bytes))
    return; /* nothing to read, which GMime calls an error */
  g_mime_init();
  outline_make(&check.outline, layer);
  object = gmime_parse(check.outline.bytes);
  if (object != NULL)
    check_object(&check, object);
  else
    differ(&check, NULL, "GMime sees no message");
  if (check.odd == NULL && check.next != layer->lexed->entities->len)
    differ(&check, NULL, "GMime sees fewer parts");
  if (check.odd != NULL)
    note(tree, ANOMALY_READERS_DISAGREE, index, check.at, check.odd);
  g_clear_object(&object);
  outline_clear(&check.outline);
}

/* Parts and their content. */

static gboolean
has_small_hex(const unsigned char *p, size_t len)
{
  const unsigned char *end = p + len;

  for (; (p = memchr(p, '=', (size_t)(end - p))) != NULL; p++)
    if (end - p > 2 && g_ascii_isxdigit(p[1]) && g_ascii_isxdigit(p[2]) &&
        (g_ascii_islower(p[1]) || g_ascii_islower(p[2])))
      return TRUE;
  return FALSE;
}

/* What readers decode differently. An illegal escape in text is kept by all that were tried; in a
 * file it hides what the file is. */
static const char *
encoding_fault(const Tree *tree, const Part *part, unsigned flags)
{
  const unsigned char *bytes = g_bytes_get_data(tree_layer(tree, part->layer)->bytes, NULL);
  gboolean text = (part->flags & (PART_TEXT | PART_HTML)) != 0;

  if (part->encoding == ENCODING_UU && text)
    return "text in uuencode";
  if (flags & DECODE_PADDING)
    return "data after padding";
  if (flags & DECODE_URLSAFE)
    return "letters of another base64";
  if (flags & DECODE_JUNK)
    return "bytes outside of the alphabet";
  if (flags & DECODE_MULTI)
    return "more than one file in uuencode";
  if (flags & DECODE_SOFT_BLANK)
    return "a soft line break with blanks";
  if ((flags & DECODE_ESCAPE) && !text)
    return "an escape that is none";
  if (part->encoding == ENCODING_QP && !text &&
      has_small_hex(bytes + part->body.off, part->body.len))
    return "escapes in small letters";
  if (part->encoding == ENCODING_BASE64 &&
      sniff_uneven_base64(bytes + part->body.off, part->body.len))
    return "base64 lines of uneven length";
  return NULL;
}

static void
check_encoding(Tree *tree, const Part *part, unsigned flags)
{
  const char *fault = encoding_fault(tree, part, flags);

  if (fault != NULL)
    note(tree, ANOMALY_ENCODED_DATA, part->layer, part->body, fault);
  else if (flags & DECODE_ESCAPE)
    note(tree, ANOMALY_ENCODED_DATA_NOTE, part->layer, part->body, "an escape that is none");
  else if (flags & DECODE_TRUNCATED)
    note(tree, ANOMALY_ENCODED_DATA_NOTE, part->layer, part->body, "encoded data cut short");
}

/* uuencode behind another encoding (the lexer saw it where there is none). */
static void
check_uu(Tree *tree, const Part *part)
{
  gsize len;
  const unsigned char *text = g_bytes_get_data(part->content, &len);
  const unsigned char *end = text + len;

  for (const unsigned char *p = text; p < end; p++) {
    if (((*p | 0x20) == 'b' || *p == '=' || *p == '(') && sniff_uu(p, end)) {
      note(tree, ANOMALY_UUENCODED, part->layer, part->body, "uuencoded data in text");
      return;
    }
    p = memchr(p, '\n', (size_t)(end - p));
    if (p == NULL)
      return;
  }
}

static gboolean
is_leaf(const Part *part, const Entity *entity)
{
  return !entity->multipart && !entity->message;
}

static void
read_content(Builder *builder, Part *part)
{
  unsigned flags = 0;
  GBytes *content;

  if (builder->decoded > LIMIT_DECODED)
    return;
  content = part_decode(builder->tree, part, &flags);
  check_encoding(builder->tree, part, flags);
  if (part->encoding == ENCODING_NONE || part->encoding == ENCODING_UNKNOWN)
    return;
  builder->decoded += g_bytes_get_size(content);
  if (builder->decoded > LIMIT_DECODED)
    note(builder->tree, ANOMALY_LIMIT, part->layer, part->body, "too much decoded content");
  if ((part->flags & (PART_TEXT | PART_HTML)) && part->encoding != ENCODING_UU)
    check_uu(builder->tree, part);
}

/* The bytes of the layer that a leaf carries; NULL if it carries none. */
static GBytes *
inner_bytes(Builder *builder, Part *part)
{
  gboolean is_signed = FALSE;
  GBytes *entity;

  if (part->content == NULL)
    return NULL;
  if (part_is_mail_file(part))
    part->flags = (part->flags & ~(unsigned)(PART_HTML | PART_TEXT)) | PART_MESSAGE;
  if (part->flags & PART_MESSAGE)
    return g_bytes_ref(part->content);
  entity = smime_entity(part, &is_signed);
  if (entity == NULL)
    return NULL;
  part->flags &= ~(unsigned)(PART_HTML | PART_TEXT);
  part->flags |= PART_OPAQUE | (is_signed ? PART_SIGNED : 0);
  builder->decoded += g_bytes_get_size(entity);
  if (builder->decoded > LIMIT_DECODED)
    note(builder->tree, ANOMALY_LIMIT, part->layer, part->body, "too much decoded content");
  return entity;
}

/* The same where there is room for it; all else ends here. */
static GBytes *
open_inner(Builder *builder, Part *part)
{
  g_autoptr(GBytes) inner = inner_bytes(builder, part);

  if (inner == NULL)
    return NULL;
  builder->layered += g_bytes_get_size(inner);
  if (builder->layered <= LIMIT_LAYERS)
    return g_steal_pointer(&inner);
  note(builder->tree, ANOMALY_LIMIT, part->layer, part->body, "too much in encoded messages");
  return NULL;
}

static void layer_free(gpointer data);
static void add_layer(Builder *builder, GBytes *bytes, Part *carrier, unsigned depth);

static void
add_parts(Builder *builder, Layer *layer, unsigned index, Part *carrier, unsigned depth)
{
  GArray *entities = layer->lexed->entities;
  g_autofree Part **parts = g_new0(Part *, entities->len + 1);

  for (guint i = 0; i < entities->len; i++) {
    const Entity *entity = &g_array_index(entities, Entity, i);
    Part *parent = entity->parent >= 0 ? parts[entity->parent] : carrier;
    Part *part = part_add(builder->tree, layer, index, i, parent);
    g_autoptr(GBytes) inner = NULL;

    parts[i] = part;
    if (layer->root == NULL)
      layer->root = part;
    if (part->names->len >= LIMIT_NAMES)
      note(builder->tree, ANOMALY_LIMIT, index, part->body, "more names than LIMIT_NAMES");
    if (!is_leaf(part, entity) || builder->tree->capped)
      continue;
    read_content(builder, part);
    inner = open_inner(builder, part);
    if (inner != NULL)
      add_layer(builder, inner, part, depth + entity->depth + 1);
    part_forget_large(part);
  }
}

static void
add_layer(Builder *builder, GBytes *bytes, Part *carrier, unsigned depth)
{
  Tree *tree = builder->tree;
  Layer *layer = g_new0(Layer, 1);
  unsigned index = tree->layers->len;
  gsize len;
  const unsigned char *data = g_bytes_get_data(bytes, &len);

  layer->bytes = g_bytes_ref(bytes);
  layer->carrier = carrier;
  g_ptr_array_add(tree->layers, layer);
  if (carrier != NULL)
    carrier->inner = (int)index;
  layer->lexed = lexer_run_inner(data != NULL ? data : (const unsigned char *)"", len, index, depth,
                                 tree->parts->len);
  g_array_append_vals(tree->anomalies, layer->lexed->anomalies->data, layer->lexed->anomalies->len);
  if (layer->lexed->capped)
    tree->capped = TRUE;
  else
    compare_gmime(tree, layer, index);
  add_parts(builder, layer, index, carrier, depth);
}

Tree *
tree_parse(GBytes *raw)
{
  Tree *tree = g_new0(Tree, 1);
  Builder builder = {.tree = tree};

  tree->layers = g_ptr_array_new_with_free_func(layer_free);
  tree->parts = g_ptr_array_new_with_free_func(part_free);
  tree->anomalies = g_array_new(FALSE, TRUE, sizeof(Anomaly));
  add_layer(&builder, raw, NULL, 0);
  return tree;
}

static void
layer_free(gpointer data)
{
  Layer *layer = data;

  g_bytes_unref(layer->bytes);
  lexed_free(layer->lexed);
  g_free(layer);
}

void
tree_free(Tree *tree)
{
  if (tree == NULL)
    return;
  g_ptr_array_free(tree->parts, TRUE);
  g_ptr_array_free(tree->layers, TRUE);
  g_array_free(tree->anomalies, TRUE);
  g_free(tree);
}

Part *
tree_part(const Tree *tree, unsigned index)
{
  return index < tree->parts->len ? g_ptr_array_index(tree->parts, index) : NULL;
}

const Layer *
tree_layer(const Tree *tree, unsigned index)
{
  return index < tree->layers->len ? g_ptr_array_index(tree->layers, index) : NULL;
}
