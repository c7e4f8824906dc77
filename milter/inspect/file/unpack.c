/* unpack.c - libclamav.
 *
 * One engine a process, with or without signatures: unpacking and heuristics work either way. The
 * library's own answer is not to be trusted with silence: with everything switched on, 1.4.6 says
 * "clean" of a damaged or truncated archive, of one whose method it does not know, and of RAR
 * where its unrar plug-in is not installed (THREATS A-067). So this file keeps book: each name
 * that an archive lists must turn up as a file that was unpacked, with the size that was
 * promised; what does not is reported as unread, and the whole as ENCRYPTED, LIMIT or CORRUPT.
 *
 * The callbacks come from one depth-first walk: file inspection when a layer begins (with its
 * depth), metadata for each entry of the list of the layer that is current, post-scan when a
 * layer ends. A zip's list comes twice, from the directory and from the local headers. An Office
 * package is walked twice, as itself and again as a plain zip without a name; the second walk is
 * taken as the same layer, and only taken where there are signatures that could match in it. What
 * comes out of it, or of a compound file, once more is not looked at again (repeats.c): all that
 * can differ is what it is in, and only some signatures ask that. They have an engine of their own,
 * without that question (places.c): what none of them finds there, none of them would find in any
 * place. Otherwise, or where that cannot be told, libclamav looks again.
 *
 * Bombs. libclamav keeps each layer that is open in memory, since the callback is given all of it,
 * and looks at its limits anew for each file: so the largest file that it may unpack is what the
 * layers around it leave of LIMIT_UNPACK_OPEN, and when a budget is used up the number of files
 * becomes one, which ends the walk. An archive may grow LIMIT_UNPACK_RATIO times, or to
 * LIMIT_UNPACK_FLOOR where that is more. What libclamav would take before it asks is refused before
 * it comes to it (estimate.c), and directories of zip with very many entries, since its time for
 * them grows with the square of their number. */
#include "unpack.h"

#include <glib/gstdio.h>
#include <string.h>

#include "../content.h"
#include "alert.h"
#include "bounds.h"
#include "clam.h"
#include "finding.h"
#include "layers.h"
#include "members.h"
#include "repeats.h"

/* libclamav looks at nothing smaller. */
#define SMALL_FILE 5

/* What a limit is set to that leaves nothing; 0 would be none. */
#define NOTHING 1

struct unpacker {
  Clam clam;
  Unpacker *probe;   /* has those of its signatures that ask what a file is in, without asking; NULL
                        if there are none */
  gboolean by_place; /* there may be some, and no probe */
  RepeatsKey key;
};

typedef struct scan {
  const Unpacker *unpacker;
  const UnpackHandler *handler;
  void *data;
  UnpackBudget *budget;
  gint64 begun;  /* monotonic */
  guint64 left;  /* bytes that may still be looked at */
  guint64 taken; /* of LIMIT_UNPACK_OPEN, by others */
  Layers *layers;
  Members *members;
  Repeats *repeats;
  GHashTable *malware; /* names that were reported */
  gboolean capped;
} Scan;

/* --- unpacker --- */

static cl_error_t on_file(int fd, const char *type, const char **ancestors, size_t parent_size,
                          const char *name, size_t size, const char *bytes, uint32_t depth,
                          uint32_t attributes, void *context);
static cl_error_t on_member(const char *container_type, unsigned long packed, const char *name,
                            unsigned long size, int encrypted, unsigned position, void *context);
static cl_error_t on_layer_end(int fd, int result, const char *malware, void *context);
static void on_malware(int fd, const char *name, void *context);
static int on_macro(const unsigned char *text, size_t len, void *context);

/* OpenSSL reads its configuration at the first digest, which a jailed worker could not. */
static void
warm_up(void)
{
  char digest[65];

  unpack_sha256(NULL, 0, digest);
}

static void
set_callbacks(struct cl_engine *engine)
{
  cl_engine_set_clcb_file_inspection(engine, on_file);
  cl_engine_set_clcb_meta(engine, on_member);
  cl_engine_set_clcb_post_scan(engine, on_layer_end);
  cl_engine_set_clcb_virus_found(engine, on_malware);
  cl_engine_set_clcb_vba(engine, on_macro);
}

static Unpacker *
unpacker_open(const char *signatures, gboolean logical, const char *scratch, GError **error)
{
  g_autoptr(Unpacker) unpacker = g_new0(Unpacker, 1);

  if (repeats_key_init(&unpacker->key, error) != 0 ||
      clam_init(&unpacker->clam, signatures, logical, scratch, error) != 0)
    return NULL;
  set_callbacks(unpacker->clam.engine);
  return g_steal_pointer(&unpacker);
}

/* NULL where it cannot be had: then the place matters always. */
static Unpacker *
probe_new(const char *placed, const char *scratch)
{
  g_autofree char *folder = g_dir_make_tmp("cordon-signatures.XXXXXX", NULL);
  g_autofree char *path = folder ? g_build_filename(folder, "placed.ldb", NULL) : NULL;
  Unpacker *probe = NULL;

  if (path && g_file_set_contents(path, placed, -1, NULL))
    probe = unpacker_open(folder, TRUE, scratch, NULL);
  if (path)
    g_unlink(path);
  if (folder)
    g_rmdir(folder);
  return probe;
}

Unpacker *
unpacker_new(const char *signatures, const char *scratch, GError **error)
{
  g_autoptr(Unpacker) unpacker = unpacker_open(signatures, FALSE, scratch, error);
  const char *placed = unpacker ? unpacker->clam.placed : NULL;

  if (!unpacker)
    return NULL;
  if (placed && *placed)
    unpacker->probe = probe_new(placed, scratch);
  unpacker->by_place = unpacker->clam.signatures > 0 && (!placed || *placed) && !unpacker->probe;
  warm_up();
  return g_steal_pointer(&unpacker);
}

int
unpacker_move(Unpacker *unpacker, const char *scratch, GError **error)
{
  if (unpacker->probe && unpacker_move(unpacker->probe, scratch, error) != 0)
    return -1;
  return clam_move(&unpacker->clam, scratch, error);
}

void
unpacker_free(Unpacker *unpacker)
{
  if (!unpacker)
    return;
  clam_clear(&unpacker->clam);
  unpacker_free(unpacker->probe);
  g_free(unpacker);
}

unsigned
unpacker_signatures(const Unpacker *unpacker)
{
  return unpacker->clam.signatures;
}

/* --- the book of layers and members --- */

static void
scan_init(Scan *scan, const Unpacker *unpacker, UnpackBudget *budget, const UnpackHandler *handler,
          void *data)
{
  scan->unpacker = unpacker;
  scan->budget = budget;
  scan->begun = g_get_monotonic_time();
  scan->taken = 0;
  scan->handler = handler;
  scan->data = data;
  scan->layers = layers_new();
  scan->members = members_new();
  scan->repeats = repeats_new(&unpacker->key);
  scan->malware = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  scan->capped = FALSE;
}

static void
scan_clear(Scan *scan)
{
  layers_free(scan->layers);
  members_free(scan->members);
  repeats_free(scan->repeats);
  g_hash_table_unref(scan->malware);
}

/* --- limits in force --- */

static void
limit(const Scan *scan, enum cl_engine_field field, guint64 most)
{
  cl_engine_set_num(scan->unpacker->clam.engine, field, (long long)MAX(most, NOTHING));
}

/* A layer is looked at. */
static void
budget_take(Scan *scan, guint64 bytes)
{
  scan->left -= MIN(scan->left, bytes);
  scan->budget->bytes -= MIN(scan->budget->bytes, bytes);
  scan->budget->files -= scan->budget->files > 0;
}

static gboolean
budget_is_spent(const UnpackBudget *budget)
{
  return budget->bytes == 0 || budget->files == 0 || budget->ms == 0;
}

/* What a file may have that is unpacked now. */
static guint64
room(const Scan *scan)
{
  guint64 open = scan->taken + layers_memory(scan->layers);

  return MIN(open < LIMIT_UNPACK_OPEN ? LIMIT_UNPACK_OPEN - open : 0, scan->left);
}

/* The walk goes on to its end, but nothing more is unpacked. */
static void
scan_stop(Scan *scan)
{
  scan->capped = TRUE;
  limit(scan, CL_ENGINE_MAX_FILES, NOTHING);
}

/* --- layers --- */

static gboolean place_matters(const Scan *scan, const UnpackFile *file);

/* Traits of a file inside concern the whole as well. */
static void
scan_traits(const Scan *scan, unsigned file, BitSet traits)
{
  if (!traits)
    return;
  scan->handler->traits(file, traits, scan->data);
  if (file != 0)
    scan->handler->traits(0, traits & (TRAIT(ENCRYPTED) | TRAIT(LIMIT) | TRAIT(CORRUPT)),
                          scan->data);
}

static void
tell_member(const Scan *scan, const Member *member,
            void (*handler)(const UnpackMember *member, void *data))
{
  const UnpackMember told = {member->container, member->name, member->size,
                             member_unread_traits(member)};

  handler(&told, scan->data);
}

/* --- callbacks --- */

static void
open_layer(Scan *scan, unsigned depth, unsigned index, const UnpackFile *file)
{
  layers_open(scan->layers, depth, index, file->bytes, file->size);
  limit(scan, CL_ENGINE_MAX_FILESIZE, room(scan));
}

/* Of the layer that came last. libclamav would take the memory, or the time, at once. */
static cl_error_t
look_inside(const Scan *scan)
{
  const OpenLayer *last = layers_top(scan->layers);

  if (!zip_lists_more(last->bytes, last->size, LIMIT_UNPACK_FILES) &&
      (last->need == 0 || scan->taken + layers_memory(scan->layers) <= LIMIT_UNPACK_OPEN))
    return CL_CLEAN;
  scan_traits(scan, last->index, TRAIT(LIMIT));
  return CL_BREAK;
}

/* An entry of the list of the layer around has come out, cut off where a limit or damage says so.
 * Its name in the list, or "" where it is in none. */
static const char *
mark_member(Scan *scan, const char *name, size_t size)
{
  const Member *member = members_see(scan->members, layers_current(scan->layers), name, size);

  if (member && member->size > size && !member->chance)
    scan_traits(scan, member->container, size + 1 >= member->most ? TRAIT(LIMIT) : TRAIT(CORRUPT));
  return member ? member->name : "";
}

/* The layer that is being scanned, or NULL. */
static const Layer *
around(const Scan *scan)
{
  return layers_top(scan->layers) && layers_count(scan->layers) > 0
             ? layers_get(scan->layers, layers_current(scan->layers))
             : NULL;
}

/* The same file out of the same container once more, or NULL. It is direct where it comes out of
 * the layer around itself, where that was first, not of a further view of it or of one that was not
 * told of. */
static Repeat *
find_repeat(const Scan *scan, unsigned depth, const UnpackFile *file, gboolean *direct)
{
  const OpenLayer *top = layers_top(scan->layers);

  *direct = top && !top->again && !top->moved && top->depth + 1 == depth;
  if (!top || !top->twice)
    return NULL;
  return repeats_find(scan->repeats, top->index, file->name, file->bytes, file->size,
                      (Repeat){file->index, *direct});
}

/* What there is to say of it was said. Signatures go by content; those that ask what types of
 * layers a file is in as well find in the same layers what they found there. */
static cl_error_t
look_at_repeat(Scan *scan, unsigned depth, const UnpackFile *file, Repeat *repeat, gboolean direct)
{
  gboolean moved = !direct || !repeat->direct;
  gboolean wanted = moved && place_matters(scan, file);

  repeat->direct |= direct;
  scan->handler->again(repeat->index, file->bytes, scan->data);
  open_layer(scan, depth, repeat->index, file);
  if (moved)
    layers_move(scan->layers);
  return wanted ? look_inside(scan) : CL_BREAK;
}

/* A file that is none of those before. */
static cl_error_t
look_at_new(Scan *scan, unsigned depth, const char *type, UnpackFile *file)
{
  layers_add(scan->layers, type, file->size);
  file->parent = layers_get(scan->layers, file->index)->parent;
  file->type = layers_get(scan->layers, file->index)->type;
  scan->handler->file(file, scan->data);
  open_layer(scan, depth, file->index, file);
  return look_inside(scan);
}

/* CL_BREAK: it is not looked into. */
static cl_error_t
look_at(Scan *scan, unsigned depth, const char *type, UnpackFile *file)
{
  gboolean direct;
  Repeat *repeat;

  if (file->index > 2 * LIMIT_UNPACK_FILES || budget_is_spent(scan->budget)) {
    scan_stop(scan);
    open_layer(scan, depth, layers_current(scan->layers), file);
    return CL_BREAK;
  }
  if ((repeat = find_repeat(scan, depth, file, &direct)) != NULL)
    return look_at_repeat(scan, depth, file, repeat, direct);
  return look_at_new(scan, depth, type, file);
}

static cl_error_t
on_file(int fd, const char *type, const char **ancestors, size_t parent_size, const char *name,
        size_t size, const char *bytes, uint32_t depth, uint32_t attributes, void *context)
{
  Scan *scan = context;
  UnpackFile file = {
      .name = name ? name : "", .member = "", .bytes = (const unsigned char *)bytes, .size = size};

  if (!scan)
    return CL_CLEAN;
  layers_close_from(scan->layers, depth);
  limit(scan, CL_ENGINE_MAX_FILESIZE, room(scan));
  budget_take(scan, size);
  if (around(scan) && layer_is_looked_at_again(around(scan), file.name, size,
                                               attributes & LAYER_ATTRIBUTES_NORMALIZED)) {
    /* A layer that is none of its own. Only signatures have a use for it. */
    open_layer(scan, depth, layers_current(scan->layers), &file);
    return scan->unpacker->clam.signatures > 0 ? look_inside(scan) : CL_BREAK;
  }
  if (around(scan))
    file.member = mark_member(scan, file.name, size);
  file.index = layers_count(scan->layers);
  return look_at(scan, depth, type ? type : "", &file);
}

static cl_error_t
on_member(const char *container_type, unsigned long packed, const char *name, unsigned long size,
          int encrypted, unsigned position, void *context)
{
  Scan *scan = context;
  gboolean added;
  Member *member;

  if (!scan)
    return CL_CLEAN;
  if (members_count(scan->members) >= LIMIT_UNPACK_FILES) {
    scan->capped = TRUE;
    return CL_CLEAN;
  }
  member =
      members_list(scan->members, layers_current(scan->layers), name ? name : "", size, &added);
  member->encrypted |= encrypted != 0;
  member->most = room(scan);
  if (added)
    tell_member(scan, member, scan->handler->member);
  if (around(scan) && container_type)
    member->chance = !layer_lists(around(scan), container_type);
  return CL_CLEAN;
}

/* A heuristic is only told of when some layer ends, so it is put to the nearest layer around that
 * it can be about. */
static unsigned
alert_layer(const Scan *scan, const char *name)
{
  int index = (int)layers_current(scan->layers);

  for (; index > 0; index = layers_get(scan->layers, (unsigned)index)->parent)
    if (alert_is_about(name, layers_get(scan->layers, (unsigned)index)->type))
      return (unsigned)index;
  return 0;
}

static void
scan_alert(Scan *scan, const char *name, gboolean at_once)
{
  BitSet traits = alert_traits(name);
  gboolean first = g_hash_table_add(scan->malware, g_strdup(name));

  if (traits && first)
    scan_traits(scan, alert_layer(scan, name), traits);
  /* A signature is told of at once, where it matched, and again as layers end. */
  else if (!traits && (first || at_once))
    scan->handler->malware(layers_current(scan->layers), name, scan->data);
}

static cl_error_t
on_layer_end(int fd, int result, const char *malware, void *context)
{
  Scan *scan = context;

  if (!scan || !layers_top(scan->layers))
    return CL_CLEAN;
  if (malware && *malware)
    scan_alert(scan, malware, FALSE);
  layers_close(scan->layers);
  limit(scan, CL_ENGINE_MAX_FILESIZE, room(scan));
  return CL_CLEAN;
}

static void
on_malware(int fd, const char *name, void *context)
{
  if (context && name)
    scan_alert(context, name, TRUE);
}

static int
on_macro(const unsigned char *text, size_t len, void *context)
{
  Scan *scan = context;

  if (scan && layers_count(scan->layers))
    scan_traits(scan, layers_current(scan->layers),
                TRAIT(MACRO) | (active_macro_runs_itself(text, len) ? TRAIT(AUTO_RUN) : 0));
  return 0;
}

/* --- a scan --- */

static cl_error_t
scan_run(const Unpacker *unpacker, const unsigned char *bytes, size_t len, const char *name,
         Scan *scan)
{
  struct cl_scan_options options = {
      .general = CL_SCAN_GENERAL_ALLMATCHES | CL_SCAN_GENERAL_HEURISTICS,
      /* Without IMAGE_FUZZY_HASH, which decodes each picture: 35 times the cost of all else. */
      .parse = CL_SCAN_PARSE_ARCHIVE | CL_SCAN_PARSE_ELF | CL_SCAN_PARSE_PDF | CL_SCAN_PARSE_SWF |
               CL_SCAN_PARSE_HWP3 | CL_SCAN_PARSE_XMLDOCS | CL_SCAN_PARSE_MAIL |
               CL_SCAN_PARSE_OLE2 | CL_SCAN_PARSE_HTML | CL_SCAN_PARSE_PE | CL_SCAN_PARSE_ONENOTE |
               CL_SCAN_PARSE_IMAGE,
      /* Without BROKEN and BROKEN_MEDIA: a broken program is judged as a program, and cut-off
       * pictures are everyday mail. Without PHISHING: links are Cordon's own trade. */
      .heuristic = CL_SCAN_HEURISTIC_EXCEEDS_MAX | CL_SCAN_HEURISTIC_MACROS |
                   CL_SCAN_HEURISTIC_ENCRYPTED_ARCHIVE | CL_SCAN_HEURISTIC_ENCRYPTED_DOC |
                   CL_SCAN_HEURISTIC_PARTITION_INTXN,
      .mail = CL_SCAN_MAIL_PARTIAL_MESSAGE,
  };
  const char *malware = NULL;
  unsigned long scanned = 0;
  cl_fmap_t *map = cl_fmap_open_memory(bytes, len);
  cl_error_t result;

  if (!map)
    return CL_EMEM;
  result =
      cl_scanmap_callback(map, name, &malware, &scanned, unpacker->clam.engine, &options, scan);
  cl_fmap_close(map);
  return result;
}

static BitSet
result_traits(cl_error_t result)
{
  switch (result) {
  case CL_CLEAN:
  case CL_VIRUS:
    return 0;
  case CL_ETIMEOUT:
  case CL_EMAXREC:
  case CL_EMAXSIZE:
  case CL_EMAXFILES:
    return TRAIT(LIMIT);
  default:
    return TRAIT(CORRUPT);
  }
}

static void
report_unread(const Scan *scan)
{
  for (guint i = 0; i < members_count(scan->members); i++) {
    const Member *member = members_get(scan->members, i);
    BitSet traits = member_unread_traits(member);

    if (!traits)
      continue;
    scan_traits(scan, member->container, traits);
    tell_member(scan, member, scan->handler->unread);
  }
}

/* The limits of one attachment, of what is left for the message. */
static void
scan_limits(Scan *scan, size_t len)
{
  guint64 most = CLAMP((guint64)len * LIMIT_UNPACK_RATIO, LIMIT_UNPACK_FLOOR, LIMIT_UNPACK_TOTAL);

  scan->left = MIN(most, scan->budget->bytes);
  limit(scan, CL_ENGINE_MAX_SCANSIZE, scan->left);
  limit(scan, CL_ENGINE_MAX_FILES, MIN(LIMIT_UNPACK_FILES, scan->budget->files));
  limit(scan, CL_ENGINE_MAX_SCANTIME, scan->budget->ms);
  limit(scan, CL_ENGINE_MAX_FILESIZE, LIMIT_UNPACK_FILE);
}

void
unpack_budget_init(UnpackBudget *budget)
{
  *budget = (UnpackBudget){LIMIT_UNPACK_ALL, LIMIT_UNPACK_ALL_FILES, LIMIT_UNPACK_MS};
}

static guint64
ms_left(const Scan *scan)
{
  guint64 gone = (guint64)(g_get_monotonic_time() - scan->begun) / 1000;

  return scan->budget->ms - MIN(scan->budget->ms, gone);
}

static void
scan_all(Scan *scan, const unsigned char *bytes, size_t len, const char *name)
{
  cl_error_t result = CL_EMAXSIZE;

  if (!budget_is_spent(scan->budget)) {
    scan_limits(scan, len);
    result = scan_run(scan->unpacker, bytes, len, name, scan);
  }
  scan_traits(scan, 0, result_traits(result));
  /* A scan that never reached the outer file has seen nothing. */
  if (layers_count(scan->layers) == 0 && len > SMALL_FILE)
    scan_traits(scan, 0, TRAIT(CORRUPT));
  if (scan->capped || len > LIMIT_UNPACK_FILE)
    scan_traits(scan, 0, TRAIT(LIMIT));
  report_unread(scan);
  scan->budget->ms = ms_left(scan);
}

void
unpack_scan(Unpacker *unpacker, const unsigned char *bytes, size_t len, const char *name,
            UnpackBudget *budget, const UnpackHandler *handler, void *data)
{
  Scan scan;

  scan_init(&scan, unpacker, budget, handler, data);
  scan_all(&scan, bytes, len, name);
  scan_clear(&scan);
}

/* --- does the place matter? --- */

static void
probe_file(const UnpackFile *file, void *data)
{
}

static void
probe_again(unsigned file, const unsigned char *bytes, void *data)
{
}

static void
probe_member(const UnpackMember *member, void *data)
{
}

static void
probe_traits(unsigned file, BitSet traits, void *data)
{
  *(gboolean *)data |= (traits & (TRAIT(LIMIT) | TRAIT(CORRUPT))) != 0;
}

static void
probe_malware(unsigned file, const char *name, void *data)
{
  *(gboolean *)data = TRUE;
}

/* Would a signature that asks what a file is in find this one, or one in it, if it were in the
 * right place? Yes where that cannot be told. */
static gboolean
place_matters(const Scan *scan, const UnpackFile *file)
{
  static const UnpackHandler handler = {probe_file,   probe_again,  probe_member,
                                        probe_member, probe_traits, probe_malware};
  UnpackBudget budget = *scan->budget;
  gboolean found = FALSE;
  Scan probe;

  if (!scan->unpacker->probe)
    return scan->unpacker->by_place;
  budget.ms = ms_left(scan);
  scan_init(&probe, scan->unpacker->probe, &budget, &handler, &found);
  probe.taken = scan->taken + layers_memory(scan->layers) + file->size;
  scan_all(&probe, file->bytes, file->size, file->name);
  scan_clear(&probe);
  return found;
}

void
unpack_sha256(const unsigned char *bytes, size_t len, char hex[65])
{
  static const char digits[] = "0123456789abcdef";
  unsigned char sum[32];
  unsigned int n = sizeof(sum);

  hex[0] = '\0';
  if (!cl_sha256(len > 0 ? bytes : (const unsigned char *)"", len, sum, &n) || n != sizeof(sum))
    return;
  for (unsigned i = 0; i < n; i++) {
    hex[2 * i] = digits[sum[i] >> 4];
    hex[2 * i + 1] = digits[sum[i] & 15];
  }
  hex[64] = '\0';
}
