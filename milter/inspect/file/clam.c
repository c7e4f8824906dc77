/* clam.c - libclamav's engine. */
#include "clam.h"

#include "bounds.h"
#include "error.h"
#include "places.h"

typedef struct setting {
  enum cl_engine_field field;
  long long value;
} Setting;

/* Every limit is set, so that no default of a later version changes what is seen. */
static const Setting settings[] = {
    {CL_ENGINE_MAX_SCANSIZE, LIMIT_UNPACK_TOTAL},
    {CL_ENGINE_MAX_FILESIZE, LIMIT_UNPACK_FILE},
    {CL_ENGINE_MAX_RECURSION, LIMIT_UNPACK_DEPTH},
    {CL_ENGINE_MAX_FILES, LIMIT_UNPACK_FILES},
    {CL_ENGINE_MAX_SCANTIME, LIMIT_UNPACK_MS},
    {CL_ENGINE_MAX_EMBEDDEDPE, LIMIT_UNPACK_FILE},
    {CL_ENGINE_MAX_HTMLNORMALIZE, LIMIT_NORMALIZED},
    {CL_ENGINE_MAX_HTMLNOTAGS, LIMIT_NORMALIZED},
    {CL_ENGINE_MAX_SCRIPTNORMALIZE, LIMIT_TEXT},
    {CL_ENGINE_MAX_ZIPTYPERCG, LIMIT_TEXT},
    {CL_ENGINE_MAX_PARTITIONS, 50},
    {CL_ENGINE_MAX_ICONSPE, 100},
    {CL_ENGINE_MAX_RECHWP3, 16},
    {CL_ENGINE_PCRE_MATCH_LIMIT, 100000},
    {CL_ENGINE_PCRE_RECMATCH_LIMIT, 2000},
    {CL_ENGINE_PCRE_MAX_FILESIZE, LIMIT_UNPACK_FILE},
    {CL_ENGINE_BYTECODE_SECURITY, CL_BYTECODE_TRUST_SIGNED},
    {CL_ENGINE_BYTECODE_TIMEOUT, 10000},
    {CL_ENGINE_DISABLE_PE_STATS, 1},
    /* The cache would leave out the callbacks for a file that was seen before. */
    {CL_ENGINE_DISABLE_CACHE, 1},
};

/* The library writes to standard error otherwise. */
static void
on_message(enum cl_msg severity, const char *full, const char *text, void *context)
{
}

/* Logical signatures are all in the first of the two matchers; the second is half of the cost of a
 * scan. */
static int
engine_configure(struct cl_engine *engine, const char *scratch, gboolean logical)
{
  if (logical && cl_engine_set_num(engine, CL_ENGINE_AC_ONLY, 1) != CL_SUCCESS)
    return -1;
  for (size_t i = 0; i < G_N_ELEMENTS(settings); i++)
    if (cl_engine_set_num(engine, settings[i].field, settings[i].value) != CL_SUCCESS)
      return -1;
  if (scratch && *scratch && cl_engine_set_str(engine, CL_ENGINE_TMPDIR, scratch) != CL_SUCCESS)
    return -1;
  return 0;
}

/* Nothing to load is no mistake of the settings: the first download may be under way. */
static int
load(Clam *clam, const char *folder, GError **error)
{
  cl_error_t result = cl_load(folder, clam->engine, &clam->signatures, CL_DB_STDOPT);

  if (result == CL_EOPEN || result == CL_ESTAT || (result == CL_SUCCESS && !clam->signatures)) {
    g_set_error(error, CORDON_ERROR, CORDON_ERROR_TEMP,
                "no signatures in %s; freshclam fetches them, see its log", folder);
    return -1;
  }
  if (result != CL_SUCCESS) {
    g_set_error(error, CORDON_ERROR, CORDON_ERROR_CONFIG, "signatures in %s: %s", folder,
                cl_strerror(result));
    return -1;
  }
  return 0;
}

/* What asks for a place is known if all of it could be read, and is what was loaded: freshclam may
 * have put something else there meanwhile. */
static int
load_known(Clam *clam, const char *folder, GError **error)
{
  g_autoptr(GString) text = g_string_new(NULL);
  struct cl_stat before = {0};
  gboolean known = cl_statinidir(folder, &before) == CL_SUCCESS;
  int result = load(clam, folder, error);

  if (result == 0 && known && places_read(folder, text) && cl_statchkdir(&before) == 0)
    clam->placed = g_strdup(text->str);
  if (known)
    cl_statfree(&before);
  return result;
}

static int
engine_start(Clam *clam, const char *signatures, gboolean logical, const char *scratch,
             GError **error)
{
  gboolean some = signatures && *signatures;
  cl_error_t result = cl_init(CL_INIT_DEFAULT);

  if (result != CL_SUCCESS) {
    g_set_error(error, CORDON_ERROR, CORDON_ERROR_CONFIG, "libclamav: %s", cl_strerror(result));
    return -1;
  }
  clam->engine = cl_engine_new();
  if (!clam->engine || engine_configure(clam->engine, scratch, logical || !some) != 0) {
    g_set_error(error, CORDON_ERROR, CORDON_ERROR_CONFIG, "libclamav refused a setting");
    return -1;
  }
  if (some && load_known(clam, signatures, error) != 0)
    return -1;
  if ((result = cl_engine_compile(clam->engine)) != CL_SUCCESS) {
    g_set_error(error, CORDON_ERROR, CORDON_ERROR_CONFIG, "signatures: %s", cl_strerror(result));
    return -1;
  }
  return 0;
}

int
clam_init(Clam *clam, const char *signatures, gboolean logical, const char *scratch, GError **error)
{
  *clam = (Clam){NULL, 0, NULL};
  cl_set_clcb_msg(on_message);
  if (engine_start(clam, signatures, logical, scratch, error) == 0)
    return 0;
  clam_clear(clam);
  return -1;
}

void
clam_clear(Clam *clam)
{
  if (clam->engine)
    cl_engine_free(clam->engine);
  g_free(clam->placed);
  *clam = (Clam){NULL, 0, NULL};
}

int
clam_move(Clam *clam, const char *scratch, GError **error)
{
  cl_error_t result = cl_engine_set_str(clam->engine, CL_ENGINE_TMPDIR, scratch);

  if (result == CL_SUCCESS)
    return 0;
  g_set_error(error, CORDON_ERROR, CORDON_ERROR_SOFTWARE, "libclamav's temporary folder: %s",
              cl_strerror(result));
  return -1;
}
