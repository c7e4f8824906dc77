/* part.c - one part: what its fields say about it, and its content. */
#include <string.h>

#include "bounds.h"
#include "field.h"
#include "parts.h"
#include "text.h"

static const unsigned char *
layer_bytes(const Layer *layer)
{
  return g_bytes_get_data(layer->bytes, NULL);
}

static gboolean
name_is(const unsigned char *bytes, Range name, const char *want)
{
  return name.len == strlen(want) &&
         g_ascii_strncasecmp((const char *)bytes + name.off, want, name.len) == 0;
}

static const Field *
layer_field(const Layer *layer, guint index)
{
  return &g_array_index(layer->lexed->fields, Field, index);
}

const Field *
part_field(const Tree *tree, const Part *part, const char *name, unsigned n)
{
  const Layer *layer = tree_layer(tree, part->layer);
  const unsigned char *bytes = layer_bytes(layer);

  for (guint i = 0; i < part->nfields; i++) {
    const Field *field = layer_field(layer, part->fields + i);

    if (name_is(bytes, field->name, name) && n-- == 0)
      return field;
  }
  return NULL;
}

gboolean
part_is_named(const Part *part, const char *const *endings)
{
  for (guint i = 0; i < part->names->len; i++) {
    g_autofree char *name = g_ascii_strdown(g_ptr_array_index(part->names, i), -1);

    g_strchomp(name);
    for (const char *const *ending = endings; *ending != NULL; ending++)
      if (g_str_has_suffix(name, *ending))
        return TRUE;
  }
  return FALSE;
}

unsigned
part_field_index(const Tree *tree, const Part *part, const Field *field)
{
  const Layer *layer = tree_layer(tree, part->layer);
  const unsigned char *bytes = layer_bytes(layer);
  unsigned before = 0;

  for (guint i = 0; i < part->nfields; i++) {
    const Field *other = layer_field(layer, part->fields + i);

    if (other->whole.off >= field->whole.off)
      break;
    if (other->name.len == field->name.len &&
        g_ascii_strncasecmp((const char *)bytes + other->name.off,
                            (const char *)bytes + field->name.off, field->name.len) == 0)
      before++;
  }
  return before;
}

static Structured *
parse_field(const unsigned char *bytes, const Field *field)
{
  return structured_parse(bytes + field->value.off, field->value.len);
}

/* The last field of a name, as the lexer takes it, parsed; NULL if there is none. */
static Structured *
parse_last(const Tree *tree, const Part *part, const char *name, const Field **where)
{
  const Layer *layer = tree_layer(tree, part->layer);
  const unsigned char *bytes = layer_bytes(layer);
  const Field *field = NULL;

  for (guint i = part->nfields; i-- > 0 && field == NULL;)
    if (name_is(bytes, layer_field(layer, part->fields + i)->name, name))
      field = layer_field(layer, part->fields + i);
  if (where != NULL)
    *where = field;
  return field != NULL ? parse_field(bytes, field) : NULL;
}

/* Names from every field of that name: readers differ on which one counts. */
static void
collect_names(const Tree *tree, Part *part, const char *name, const char *first, const char *second)
{
  const Layer *layer = tree_layer(tree, part->layer);
  const unsigned char *bytes = layer_bytes(layer);

  for (guint i = 0; i < part->nfields; i++) {
    const Field *field = layer_field(layer, part->fields + i);
    g_autoptr(Structured) parsed = NULL;

    if (!name_is(bytes, field->name, name))
      continue;
    parsed = parse_field(bytes, field);
    structured_names(parsed, first, part->charset, part->names);
    structured_names(parsed, second, part->charset, part->names);
  }
}

static void
add_field_as_name(const Tree *tree, Part *part, const char *name)
{
  const unsigned char *bytes = layer_bytes(tree_layer(tree, part->layer));
  const Field *field = part_field(tree, part, name, 0);
  g_autofree char *text = NULL;
  char *words;

  if (field == NULL)
    return;
  text = g_utf8_make_valid((const char *)bytes + field->value.off, (gssize)field->value.len);
  words = encoded_words_decode(g_strstrip(text));
  g_ptr_array_add(part->names, words != NULL ? words : g_strdup(text));
}

/* With no name given, some readers show the description as one, or the place: pages and pictures of
 * a web site have an address there, others the mere name. */
static void
add_other_names(const Tree *tree, Part *part)
{
  const unsigned char *bytes = layer_bytes(tree_layer(tree, part->layer));
  const Field *place = part_field(tree, part, "Content-Location", 0);

  if (part->names->len > 0 || g_str_has_prefix(part->type, "text/"))
    return;
  add_field_as_name(tree, part, "Content-Description");
  if (place != NULL && memchr(bytes + place->value.off, ':', place->value.len) == NULL)
    add_field_as_name(tree, part, "Content-Location");
}

gboolean
part_has_name(const Part *part, const char *ending)
{
  for (guint i = 0; i < part->names->len; i++) {
    g_autofree char *name = g_ascii_strdown(g_ptr_array_index(part->names, i), -1);
    size_t len = strlen(name);

    while (len > 0 && strchr(" \t.'\"", name[len - 1]) != NULL)
      name[--len] = '\0';
    if (g_str_has_suffix(name, ending))
      return TRUE;
  }
  return FALSE;
}

static gboolean
has_html_name(const Part *part)
{
  static const char *const endings[] = {".html", ".htm", ".xhtml", ".shtml", ".svg", ".xht"};

  for (guint i = 0; i < G_N_ELEMENTS(endings); i++)
    if (part_has_name(part, endings[i]))
      return TRUE;
  return FALSE;
}

static gboolean
is_nested(const Part *part)
{
  for (const Part *up = part->parent; up != NULL; up = up->parent)
    if (up->flags & PART_MESSAGE)
      return TRUE;
  return FALSE;
}

/* Reports and whatever else under message/ is no message: readers show them as text, links and
 * all (RFC 3464, 8098, 5965). */
static gboolean
is_shown_as_text(const Part *part)
{
  return g_str_has_prefix(part->type, "text/") || g_str_has_prefix(part->type, "message/");
}

static void
set_flags(Part *part, const Entity *entity, gboolean looks_html)
{
  gboolean text = is_shown_as_text(part);

  if (part->parent != NULL &&
      ((part->parent->flags & PART_SIGNED) || strcmp(part->parent->type, "multipart/signed") == 0))
    part->flags |= PART_SIGNED;
  if (entity->multipart) {
    part->flags |= PART_MULTIPART;
    return;
  }
  if (entity->message || part_is_encoded_message(part)) {
    part->flags |= PART_MESSAGE;
    if (part->disposition != NULL && strcmp(part->disposition, "attachment") == 0)
      part->flags |= PART_ATTACHMENT;
    return;
  }
  if (looks_html || strstr(part->type, "html") || strstr(part->type, "svg") || has_html_name(part))
    part->flags |= PART_HTML;
  else if (text)
    part->flags |= PART_TEXT;
  if ((part->disposition != NULL && strcmp(part->disposition, "attachment") == 0) ||
      (part->names->len > 0 && !text))
    part->flags |= PART_ATTACHMENT;
  if ((part->flags & (PART_HTML | PART_TEXT)) && !(part->flags & PART_ATTACHMENT) &&
      g_str_has_prefix(part->type, "text/") && !is_nested(part))
    part->flags |= PART_BODY;
}

/* message/rfc822 and its kin under base64, quoted-printable or uuencode. */
gboolean
part_is_encoded_message(const Part *part)
{
  return part->encoding != ENCODING_NONE && part->encoding != ENCODING_UNKNOWN &&
         (strcmp(part->type, "message/rfc822") == 0 || strcmp(part->type, "message/global") == 0 ||
          strcmp(part->type, "message/news") == 0);
}

/* A field of the kind that every message has, among fields only. */
gboolean
bytes_begin_like_mail(const char *bytes, size_t len)
{
  static const char *const common[] = {
      "from:",     "to:",         "subject:",      "date:",
      "received:", "message-id:", "mime-version:", "content-type:"};
  const char *end = bytes + len;

  for (const char *line = bytes, *lf; line < end; line = lf + 1) {
    lf = memchr(line, '\n', (size_t)(end - line));
    if (lf == NULL)
      return FALSE;
    for (guint i = 0; i < G_N_ELEMENTS(common); i++)
      if ((size_t)(end - line) > strlen(common[i]) &&
          g_ascii_strncasecmp(line, common[i], strlen(common[i])) == 0)
        return TRUE;
    if (*line != ' ' && *line != '\t' && !memchr(line, ':', (size_t)(lf - line)))
      return FALSE;
  }
  return FALSE;
}

gboolean
part_is_mail_file(const Part *part)
{
  const char *bytes;
  gsize len = 0;

  if ((part->flags & (PART_MULTIPART | PART_MESSAGE)) || g_str_has_prefix(part->type, "text/") ||
      part->content == NULL || !part_has_name(part, ".eml"))
    return FALSE;
  bytes = g_bytes_get_data(part->content, &len);
  return bytes != NULL && bytes_begin_like_mail(bytes, len);
}

static void
note(Tree *tree, const Part *part, AnomalyKind kind, Range at, const char *detail)
{
  Anomaly anomaly = {kind, part->layer, at, detail};

  g_array_append_val(tree->anomalies, anomaly);
}

static void
set_charset(Tree *tree, Part *part, const Structured *type, Range at)
{
  const Param *found = NULL;

  for (guint i = 0; i < type->params->len; i++) {
    const Param *param = g_ptr_array_index(type->params, i);

    if (strcmp(param->name, "charset") != 0 && strcmp(param->name, "charset*") != 0)
      continue;
    if (found == NULL)
      found = param;
    else if (g_ascii_strcasecmp(found->value, param->value) != 0)
      note(tree, part, ANOMALY_CHARSET, at, "more than one charset");
  }
  if (found == NULL || found->value[0] == '\0')
    return;
  part->charset = g_strdup(found->value);
  if (charset_from_label(part->charset, strlen(part->charset)) == NULL)
    note(tree, part, ANOMALY_CHARSET, at, "unknown charset");
}

/* Type, charset. Returns whether the raw field speaks of HTML, whatever its grammar. */
static gboolean
set_type(Tree *tree, Part *part)
{
  const Field *field;
  g_autoptr(Structured) type = parse_last(tree, part, "Content-Type", &field);
  gboolean digest = part->parent != NULL && strcmp(part->parent->type, "multipart/digest") == 0;

  if (type != NULL && token_is_media_type(type->token)) {
    part->type = g_strdup(type->token);
    part->typed = TRUE;
  } else {
    part->type = g_strdup(digest && type == NULL ? "message/rfc822" : "text/plain");
  }
  if (type == NULL) {
    if (part->parent != NULL && part->nfields > 0 && !digest)
      note(tree, part, ANOMALY_TYPE, part->header, "no type");
    return FALSE;
  }
  set_charset(tree, part, type, field->whole);
  return !part->typed && strstr(type->token, "html") != NULL;
}

static void
set_content_id(const Tree *tree, Part *part)
{
  const unsigned char *bytes = layer_bytes(tree_layer(tree, part->layer));
  const Field *field = part_field(tree, part, "Content-ID", 0);

  if (field == NULL)
    return;

  char *id = g_strndup((const char *)bytes + field->value.off, field->value.len);
  size_t len = strlen(g_strstrip(id));

  if (len >= 2 && id[0] == '<' && id[len - 1] == '>') {
    memmove(id, id + 1, len - 2);
    id[len - 2] = '\0';
  }
  part->content_id = id;
}

/* As in IMAP (RFC 3501 section 6.4.5). The multipart that a nested message is has no number of
 * its own there; "N.TEXT" is what IMAP calls it. */
static char *
make_path(const Part *part, gboolean multipart)
{
  const Part *parent = part->parent;

  if (parent == NULL)
    return g_strdup(multipart ? "" : "1");
  if (parent->flags & PART_MESSAGE)
    return g_strconcat(parent->path, multipart ? ".TEXT" : ".1", NULL);

  const char *prefix = parent->path;
  size_t len = strlen(prefix);

  if (g_str_has_suffix(prefix, ".TEXT"))
    len -= strlen(".TEXT");
  return g_strdup_printf("%.*s%s%u", (int)len, prefix, len > 0 ? "." : "", parent->children->len);
}

Part *
part_add(Tree *tree, const Layer *layer, unsigned layer_index, guint index, Part *parent)
{
  const Entity *entity = &g_array_index(layer->lexed->entities, Entity, index);
  Part *part = g_new0(Part, 1);
  g_autoptr(Structured) disposition = NULL;
  gboolean looks_html;

  part->index = tree->parts->len;
  g_ptr_array_add(tree->parts, part);
  part->parent = parent;
  part->children = g_ptr_array_new();
  part->names = g_ptr_array_new_with_free_func(g_free);
  part->layer = layer_index;
  part->inner = -1;
  part->header = entity->header;
  part->body = entity->body;
  part->fields = entity->fields;
  part->nfields = entity->nfields;
  part->encoding = entity->encoding;
  if (parent != NULL)
    g_ptr_array_add(parent->children, part);
  part->path = make_path(part, entity->multipart);
  looks_html = set_type(tree, part);
  disposition = parse_last(tree, part, "Content-Disposition", NULL);
  if (disposition != NULL)
    part->disposition = g_strdup(disposition->token);
  collect_names(tree, part, "Content-Disposition", "filename", "name");
  collect_names(tree, part, "Content-Type", "name", "filename");
  if (!entity->multipart && !entity->message)
    add_other_names(tree, part);
  set_content_id(tree, part);
  set_flags(part, entity, looks_html);
  return part;
}

void
part_free(gpointer data)
{
  Part *part = data;

  g_ptr_array_free(part->children, TRUE);
  g_ptr_array_free(part->names, TRUE);
  g_free(part->path);
  g_free(part->type);
  g_free(part->charset);
  g_free(part->content_id);
  g_free(part->disposition);
  g_clear_pointer(&part->content, g_bytes_unref);
  g_clear_pointer(&part->content_map, text_map_free);
  g_free(part);
}

GBytes *
part_decode(const Tree *tree, Part *part, unsigned *flags)
{
  const Layer *layer = tree_layer(tree, part->layer);
  unsigned unused = 0;

  if (part->content == NULL) {
    g_autoptr(GBytes) body = g_bytes_new_from_bytes(layer->bytes, part->body.off, part->body.len);

    part->content =
        content_decode(body, part->encoding, &part->content_map, flags != NULL ? flags : &unused);
  }
  return part->content;
}

static void
forget_content(Part *part)
{
  g_clear_pointer(&part->content, g_bytes_unref);
  g_clear_pointer(&part->content_map, text_map_free);
}

void
tree_forget_contents(const Tree *tree)
{
  for (guint i = 0; i < tree->parts->len; i++)
    forget_content(tree_part(tree, i));
}

/* The bytes of a layer are those of its carrier, and stay; so does what edits are mapped back by.
 */
void
part_forget_large(Part *part)
{
  if (part->inner < 0 && part->content_map == NULL && part->content != NULL &&
      g_bytes_get_size(part->content) > LIMIT_CONTENT_KEPT)
    forget_content(part);
}

GBytes *
part_content(const Tree *tree, Part *part)
{
  return part_decode(tree, part, NULL);
}
