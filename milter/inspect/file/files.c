/* files.c - one attachment to findings: what it is, what its name hides, what is in it.
 *
 * The type comes from content first: a table of our own for what is certain, libmagic for the
 * rest, without its guesses about text. libclamav then unpacks, and each layer is looked at while
 * its bytes are there. Not every layer is a file to a reader: a stream of a PDF, an XML part of a
 * docx are pieces of their document, so they make no finding unless they are something that acts;
 * what they show (a macro, a script) is a trait of the nearest file around them. An entry of an
 * archive is always a finding, even when it could not be read: its name is known. */
#include "file.h"

#include <string.h>

#include "../content.h"
#include "../document/document_links.h"
#include "../document/xml_scan.h"
#include "bounds.h"
#include "engine.h"
#include "file_finding.h"
#include "file_links.h"
#include "inner_name.h"
#include "listed.h"
#include "listing.h"
#include "nature.h"
#include "opened.h"
#include "scanner.h"

/* --- what is being looked at --- */

typedef struct layer {
  Finding *finding; /* of the nearest file that has one; not owned */
  Nature nature;
  const char *type; /* content type; static or interned */
  gboolean listed;  /* something came out of it, or its list had entries */
  gboolean empty;   /* nothing can come out of it */
  gboolean own;     /* the finding is about it, not about what it is a piece of */
  gboolean opened;  /* by ourselves, or inside one that was: libclamav's walk of it makes no
                       findings, and nothing is opened twice */
  const unsigned char *bytes; /* while the layer is being scanned */
  size_t size;
  char *outer_name; /* for a stream: what the name of its content is made of */
} Layer;

/* A file out of a container that we open ourselves: its turn comes when libclamav is done. */
typedef struct waiting {
  Opened *file;
  Finding *around;
} Waiting;

/* Of one attachment, with all that is in it. */
typedef struct budget {
  unsigned files;
  guint64 bytes;
  unsigned depth;
  DocumentLinks *links;
} Budget;

typedef struct inspection {
  FileScanner *scanner;
  GPtrArray *findings;
  GArray *layers;    /* Layer, by the index that unpack.h gives */
  GPtrArray *opened; /* of arrays of Opened: owns what waits */
  GArray *waiting;   /* Waiting */
  Listed *listed;
  Finding *outer;
  Budget *budget;
} Inspection;

static Layer *
layer_get(const Inspection *inspection, unsigned index)
{
  return &g_array_index(inspection->layers, Layer, MIN(index, inspection->layers->len - 1));
}

/* --- names --- */

static Finding *
inner_new(Inspection *inspection, const Finding *around, const char *name, const char *type)
{
  Finding *finding = file_finding_inside(inspection->findings, around, name, type);

  listed_find(inspection->listed, around, finding->name);
  return finding;
}

static void
on_missing(Finding *around, const char *name, void *data)
{
  file_finding_judge_names(inner_new(data, around, name, ""));
}

/* --- one layer --- */

static gboolean
is_piece(const Layer *around, const char *name, const char *type)
{
  return around->opened ||
         nature_has_piece(around->nature, inner_name_is_made_up(name) ? "" : name, type);
}

/* A piece of a document does not need libmagic: what acts is in our own table. */
static const char *
layer_type(Inspection *inspection, const Layer *around, const UnpackFile *file)
{
  const char *type = signature_type(file->bytes, file->size);
  gboolean piece =
      nature_expects_piece(around->nature, inner_name_is_made_up(file->name) ? "" : file->name);

  if (type)
    return type;
  if (!piece)
    return g_intern_string(file_content_type(inspection->scanner, file->bytes, file->size));
  return signature_is_text(file->bytes, file->size) ? "text/plain" : "";
}

/* A part of a document that is XML has its formulas told apart from words. */
static gboolean
is_table(const char *type, const char *part, const unsigned char *bytes, size_t len)
{
  return (strcmp(type, "text/plain") == 0 || strcmp(type, "text/html") == 0) &&
         !(*part && xml_is_part(part, bytes, len));
}

static BitSet
layer_traits(const Layer *around, const char *type, const char *name, const unsigned char *bytes,
             size_t len)
{
  const char *part = around && around->nature == NATURE_PACKAGE ? name : "";
  BitSet traits = active_traits(type, part, bytes, len);

  if (is_table(type, part, bytes, len) && table_asks_program(bytes, len))
    traits |= TRAIT(DDE);
  traits |= sealed_traits(bytes, len);
  if (around && strcmp(around->type, "application/pdf") == 0)
    traits |= active_pdf_traits(bytes, len);
  if (len > 4 && memcmp(bytes, "PK\3\4", 4) == 0 && !zip_is_plain(bytes, len))
    traits |= TRAIT(CORRUPT);
  return traits;
}

static void
add_traits(const Inspection *inspection, Finding *finding, BitSet traits)
{
  finding->traits |= active_umbrella(traits);
  inspection->outer->traits |= traits & (TRAIT(ENCRYPTED) | TRAIT(LIMIT) | TRAIT(CORRUPT));
}

static Finding *
layer_finding(Inspection *inspection, Layer *around, const UnpackFile *file, const char *type)
{
  g_autofree char *stream = NULL;
  const char *name = inner_name_is_made_up(file->name)
                         ? ""
                         : listed_name(inspection->listed, around->finding, file->name);
  Finding *finding;

  if (around->nature == NATURE_STREAM && !*name)
    name = stream = inner_name_of_stream(around->outer_name ? around->outer_name : "");
  finding = inner_new(inspection, around->finding, name, type);
  if (around->nature == NATURE_STREAM && around->bytes) {
    g_autofree char *inside = stream_name(around->type, around->bytes, around->size);
    g_autofree char *clean = inside ? inner_name_clean(inside) : NULL;

    if (clean && *clean)
      file_finding_add_name(finding, clean);
  }
  finding->size = file->size;
  g_free(finding->content_note);
  finding->content_note = g_strdup(file->type);
  if (!*type)
    finding->traits |= TRAIT(UNKNOWN_TYPE);
  file_finding_judge_names(finding);
  return finding;
}

/* The end record alone is an archive with nothing in it. */
static gboolean
is_empty_zip(const unsigned char *bytes, size_t len)
{
  return len == 22 && memcmp(bytes, "PK\5\6", 4) == 0;
}

/* libclamav walks an Office package twice; the second time the same parts come again. */
static Finding *
finding_again(const Inspection *inspection, const Layer *around, const UnpackFile *file)
{
  for (guint i = 0; around->nature == NATURE_PACKAGE && i < inspection->findings->len; i++) {
    Finding *finding = g_ptr_array_index(inspection->findings, i);

    if (finding->inner && finding->size == file->size && strcmp(finding->name, file->name) == 0 &&
        finding->part == around->finding->part &&
        g_str_has_prefix(finding->path, around->finding->path))
      return finding;
  }
  return NULL;
}

/* Takes the files. An entry without content is one that nobody could look into. */
static void
wait_for(Inspection *inspection, Finding *finding, const char *type, GPtrArray *files)
{
  g_ptr_array_add(inspection->opened, files);
  for (guint i = 0; i < files->len; i++) {
    Waiting waiting = {g_ptr_array_index(files, i), finding};

    if (!opened_is_file(waiting.file)) {
      opened_links(waiting.file, inspection->budget->links, finding, waiting.file->name);
      continue;
    }
    if (!*waiting.file->name && opened_is_wrapper(type)) {
      g_free(waiting.file->name);
      waiting.file->name = inner_name_of_stream(finding->name);
    }
    if (waiting.file->content)
      g_array_append_val(inspection->waiting, waiting);
    else if (*waiting.file->name)
      file_finding_judge_names(inner_new(inspection, finding, waiting.file->name, ""));
  }
}

/* Of a calendar that is a part of the message, see card_files.c. */
static gboolean
is_opened_here(const char *type, const Finding *finding)
{
  return opened_is(type) && (finding->inner || !opened_is_card(type));
}

/* What is in a container that we open ourselves. */
static void
layer_open(Inspection *inspection, Finding *finding, const char *type, const UnpackFile *file)
{
  gboolean whole;
  GPtrArray *files = opened_read(type, file->bytes, file->size, &whole);

  if (!whole)
    add_traits(inspection, finding, TRAIT(CORRUPT));
  wait_for(inspection, finding, type, files);
}

/* Programs are removed as such, and many bring what they install behind them. */
static void
layer_look_behind(Inspection *inspection, const Layer *layer, gboolean mail)
{
  if (layer->own && !layer->opened && (layer->nature == NATURE_PIECE || mail) &&
      strcmp(layer->type, "application/x-dosexec") != 0)
    wait_for(inspection, layer->finding, "", opened_behind(layer->bytes, layer->size));
}

static void
layer_add(Inspection *inspection, const UnpackFile *file, const char *type, Finding *finding,
          gboolean own, gboolean inside_opened)
{
  gboolean mail = strcmp(file->type, "CL_TYPE_MAIL") == 0;
  Layer layer = {
      .finding = finding,
      .nature = nature_of(type, file->type),
      .type = g_intern_string(type),
      .bytes = file->bytes,
      .size = file->size,
      .outer_name = NULL,
      .own = own,
      .opened = inside_opened,
      .empty = inside_opened || is_empty_zip(file->bytes, file->size),
  };

  if (is_opened_here(type, finding) && !inside_opened) {
    layer.opened = layer.empty = TRUE;
    layer_open(inspection, finding, type, file);
  }
  /* A message may be text alone. */
  if (mail)
    layer.empty = TRUE;
  if (layer.nature == NATURE_STREAM)
    layer.outer_name = g_strdup(finding->name);
  if (stream_goes_on(type, file->bytes, file->size))
    add_traits(inspection, finding, TRAIT(CORRUPT));
  layer_look_behind(inspection, &layer, mail);
  g_array_append_val(inspection->layers, layer);
}

/* A package's parts are listed too. Of a zip behind something else there is no telling what it is.
 */
static void
list_name(const Inspection *inspection, Finding *finding, Nature nature, const char *name,
          const char *given)
{
  if (!*name || (nature != NATURE_ARCHIVE && nature_expects_piece(NATURE_PACKAGE, name)))
    return;
  if (!listed_add(inspection->listed, finding, name, given))
    add_traits(inspection, finding, TRAIT(LIMIT));
}

static void
list_names(const Inspection *inspection, const UnpackFile *file, const char *type, Finding *finding)
{
  g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
  g_autoptr(GPtrArray) given = g_ptr_array_new_with_free_func(g_free);
  Nature nature = nature_of(type, file->type);

  if (is_opened_here(type, finding))
    return;
  add_traits(inspection, finding, listing_read(type, file->bytes, file->size, names, given));
  /* sound, databases: not looked into, so not unpacked */
  if (names->len > 0 && strcmp(file->type, "CL_TYPE_IGNORED") == 0)
    add_traits(inspection, finding, TRAIT(CORRUPT));
  for (guint i = 0; i < names->len; i++)
    list_name(inspection, finding, nature, g_ptr_array_index(names, i),
              g_ptr_array_index(given->len > 0 ? given : names, i));
}

static void
on_inner_file(Inspection *inspection, const UnpackFile *file)
{
  Layer *around = layer_get(inspection, (unsigned)file->parent);
  const char *type = layer_type(inspection, around, file);
  Finding *finding = around->finding;
  gboolean opened = around->opened, own; /* the array of layers moves */

  around->listed = TRUE;
  if (!is_piece(around, file->name, type)) {
    finding = finding_again(inspection, around, file);
    if (!finding)
      finding = layer_finding(inspection, around, file, type);
  }
  if (around->nature == NATURE_STREAM && around->bytes &&
      !stream_is_whole(around->type, around->bytes, around->size, file->size))
    add_traits(inspection, around->finding, TRAIT(CORRUPT));
  add_traits(inspection, finding, layer_traits(around, type, file->name, file->bytes, file->size));
  add_traits(inspection, finding,
             file_links_inner(inspection->budget->links, around->finding, around->type,
                              around->nature, file, finding, type));
  own = finding != around->finding;
  if (own)
    add_traits(inspection, finding, called_traits(finding->names, type, file->bytes, file->size));
  if (own && !opened)
    list_names(inspection, file, type, finding);
  layer_add(inspection, file, type, finding, own, opened);
}

static void
on_file(const UnpackFile *file, void *data)
{
  Inspection *inspection = data;

  if (file->parent >= 0) {
    on_inner_file(inspection, file);
    return;
  }
  g_free(inspection->outer->content_note);
  inspection->outer->content_note = g_strdup(file->type);
  list_names(inspection, file, inspection->outer->content_type, inspection->outer);
  layer_add(inspection, file, inspection->outer->content_type, inspection->outer, TRUE, FALSE);
}

static void
on_again(unsigned file, const unsigned char *bytes, void *data)
{
  const Inspection *inspection = data;

  if (inspection->layers->len > 0)
    layer_get(inspection, file)->bytes = bytes;
}

/* libclamav cuts the names in cpio, and what is behind is their ending. */
#define CPIO_NAME_MAX 512

static gboolean
is_cut(const Layer *container, const char *name)
{
  return strcmp(container->type, "application/x-cpio") == 0 && strlen(name) >= CPIO_NAME_MAX;
}

static void
on_member(const UnpackMember *member, void *data)
{
  Inspection *inspection = data;
  Layer *container;

  if (inspection->layers->len == 0)
    return;
  container = layer_get(inspection, member->container);
  container->listed = TRUE;
  if (container->opened)
    return;
  if (is_cut(container, member->name))
    add_traits(inspection, container->finding, TRAIT(CORRUPT));
  if (container->nature == NATURE_PACKAGE)
    add_traits(inspection, container->finding, active_member_traits(member->name));
  else if (member->size > 0 && g_str_has_suffix(member->name, "/"))
    /* A folder with content: some readers make a file of it, and libclamav drops its name. */
    file_finding_judge_names(inner_new(inspection, container->finding, member->name, ""));
  if (member->size > 0 && container->nature == NATURE_ARCHIVE &&
      !listing_is(container->type, container->bytes, container->size))
    list_name(inspection, container->finding, container->nature, member->name, member->name);
}

static void
on_unread(const UnpackMember *member, void *data)
{
  Inspection *inspection = data;
  const Layer *container;
  Finding *finding;

  if (inspection->layers->len == 0 || layer_get(inspection, member->container)->opened)
    return;
  container = layer_get(inspection, member->container);
  finding = inner_new(inspection, container->finding,
                      listed_name(inspection->listed, container->finding, member->name), "");
  finding->size = member->size;
  finding->traits |= member->traits;
  file_finding_judge_names(finding);
}

static void
on_traits(unsigned file, BitSet traits, void *data)
{
  Inspection *inspection = data;
  Finding *finding =
      inspection->layers->len ? layer_get(inspection, file)->finding : inspection->outer;

  finding->traits |= active_umbrella(traits);
}

static void
on_malware(unsigned file, const char *name, void *data)
{
  Inspection *inspection = data;
  Finding *finding =
      inspection->layers->len ? layer_get(inspection, file)->finding : inspection->outer;

  if (!finding->malware)
    finding->malware = inner_name_clean(name);
}

/* --- the whole --- */

static void
layer_clear(void *data)
{
  Layer *layer = data;

  g_free(layer->outer_name);
}

static gboolean
is_closed(const Layer *layer, gboolean silent)
{
  for (guint i = 0; i < layer->finding->names->len; i++)
    if (layer->own &&
        nature_is_closed(g_ptr_array_index(layer->finding->names, i), layer->type, silent))
      return TRUE;
  return FALSE;
}

/* An archive that nothing came out of was not inspected. */
static void
judge_silent(const Inspection *inspection)
{
  for (guint i = 0; i < inspection->layers->len; i++) {
    const Layer *layer = &g_array_index(inspection->layers, Layer, i);
    const gboolean silent = !layer->listed && !layer->empty;

    if (((layer->nature != NATURE_PIECE && silent) || is_closed(layer, silent)) &&
        !(layer->finding->traits & TRAIT(ENCRYPTED)))
      add_traits(inspection, layer->finding, TRAIT(CORRUPT));
  }
}

static void inspect_waiting(Inspection *inspection);

static Finding *
outer_new(FileScanner *scanner, GBytes *content, const GPtrArray *names, const char *declared,
          unsigned part)
{
  Finding *finding = finding_new(FINDING_FILE, part);
  gsize len = 0;
  const unsigned char *bytes = g_bytes_get_data(content, &len);

  for (guint i = 0; names && i < names->len; i++) {
    g_autofree char *name = inner_name_clean(g_ptr_array_index(names, i));

    file_finding_add_name(finding, name);
  }
  if (finding->names->len) {
    g_free(finding->name);
    finding->name = g_strdup(g_ptr_array_index(finding->names, 0));
  }
  file_finding_set_path(finding, NULL);
  g_free(finding->content_type);
  finding->content_type = g_ascii_strdown(file_content_type(scanner, bytes, len), -1);
  g_free(finding->declared_type);
  finding->declared_type = g_strdup(declared ? declared : "");
  finding->size = len;
  if (!*finding->content_type)
    finding->traits |= TRAIT(UNKNOWN_TYPE);
  file_finding_judge_names(finding);
  finding->traits |= sealed_declared_traits(finding->declared_type, bytes, len);
  finding->traits |=
      active_umbrella(layer_traits(NULL, finding->content_type, "", bytes, len) |
                      called_traits(finding->names, finding->content_type, bytes, len));
  return finding;
}

static void
inspect_content(FileScanner *scanner, GBytes *content, Finding *outer, Budget *budget,
                GPtrArray *findings)
{
  static const UnpackHandler handler = {on_file,   on_again,  on_member,
                                        on_unread, on_traits, on_malware};
  Inspection inspection = {scanner, findings, NULL, NULL, NULL, NULL, outer, budget};
  gsize len = 0;
  const unsigned char *bytes = g_bytes_get_data(content, &len);

  g_ptr_array_add(findings, outer);
  outer->traits |= active_umbrella(file_links(budget->links, outer, bytes, len));
  if (!scanner->unpacker || len == 0)
    return;
  inspection.layers = g_array_new(FALSE, FALSE, sizeof(Layer));
  inspection.opened = g_ptr_array_new_with_free_func((GDestroyNotify)g_ptr_array_unref);
  inspection.waiting = g_array_new(FALSE, FALSE, sizeof(Waiting));
  inspection.listed = listed_new();
  g_array_set_clear_func(inspection.layers, layer_clear);
  unpack_scan(scanner->unpacker, bytes, len, outer->name, &scanner->budget, &handler, &inspection);
  listed_missing(inspection.listed, on_missing, &inspection);
  judge_silent(&inspection);
  inspect_waiting(&inspection);
  listed_free(inspection.listed);
  g_array_unref(inspection.layers);
  g_array_unref(inspection.waiting);
  g_ptr_array_unref(inspection.opened);
}

/* FALSE if a limit is met. */
static gboolean
budget_take(Budget *budget, guint64 bytes)
{
  budget->files++;
  budget->bytes += bytes;
  return budget->files <= LIMIT_UNPACK_FILES && budget->bytes <= LIMIT_UNPACK_TOTAL &&
         budget->depth < LIMIT_OPEN_DEPTH;
}

static void
inspect_waiting(Inspection *inspection)
{
  for (guint i = 0; i < inspection->waiting->len; i++) {
    const Waiting *waiting = &g_array_index(inspection->waiting, Waiting, i);
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    GBytes *content = waiting->file->content;
    Finding *finding;

    if (!budget_take(inspection->budget, g_bytes_get_size(content))) {
      add_traits(inspection, waiting->around, TRAIT(LIMIT));
      return;
    }
    if (*waiting->file->name)
      g_ptr_array_add(names, waiting->file->name);
    finding = outer_new(inspection->scanner, content, names, "", waiting->around->part);
    finding->inner = TRUE;
    file_finding_set_path(finding, waiting->around);
    if (waiting->file->use != MAPI_OTHER)
      opened_links(waiting->file, inspection->budget->links, finding, "");
    inspection->budget->depth++;
    inspect_content(inspection->scanner, content, finding, inspection->budget,
                    inspection->findings);
    inspection->budget->depth--;
    inspection->outer->traits |=
        finding->traits & (TRAIT(ENCRYPTED) | TRAIT(LIMIT) | TRAIT(CORRUPT));
  }
}

static void
ask_engine(FileScanner *scanner, GBytes *content, Finding *outer)
{
  g_autofree char *name = NULL;

  outer->traits |= active_umbrella(engine_ask(scanner->engine, content, outer->sha256, &name));
  if (name && !outer->malware)
    outer->malware = inner_name_clean(name);
}

/* A file in a PDF, whose content comes out without its name. An action names a file, too, which is
 * none of those; where there is one the PDF is disarmed, and loses what is in it. */
static void
on_document_file(const Finding *document, const char *name, void *data)
{
  if (document->traits & TRAIT(EMBEDDED_FILE) &&
      !(document->traits & (TRAIT(PDF_LAUNCH) | TRAIT(PDF_ACTION))))
    file_finding_judge_names(file_finding_inside(data, document, name, ""));
}

void
file_inspect(FileScanner *scanner, GBytes *content, const GPtrArray *names,
             const char *declared_type, unsigned part, GPtrArray *findings)
{
  g_autoptr(DocumentLinks) links = document_links_new(&scanner->codes);
  Budget budget = {.links = links};
  Finding *outer = outer_new(scanner, content, names, declared_type, part);
  gsize len = 0;
  const unsigned char *bytes = g_bytes_get_data(content, &len);

  unpack_sha256(bytes, len, outer->sha256);
  inspect_content(scanner, content, outer, &budget, findings);
  document_links_files(links, on_document_file, findings);
  if (!document_links_finish(links, findings))
    outer->traits |= TRAIT(LIMIT);
  if (document_links_unread(links))
    outer->traits |= TRAIT(QR_UNREAD);
  ask_engine(scanner, content, outer);
}
