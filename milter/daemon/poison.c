#include "poison.h"

#include "error.h"
#include "eventlog.h"

#include <stdio.h>
#include <string.h>

#define DAY_S       (24 * 3600)
#define SHA256_CHAR 64

typedef struct death {
  gint64 time; /* unix seconds */
  guint64 size;
  char sha256[SHA256_CHAR + 1];
} Death;

struct poison {
  GMutex lock;
  char *path;
  EventLog *journal;
  GArray *deaths; /* Death, in order of time */
  unsigned lines; /* of the file, forgotten ones too */
};

static gint64
now_s(void)
{
  return g_get_real_time() / G_USEC_PER_SEC;
}

static gboolean
read_death(const char *line, Death *death)
{
  char end;

  if (sscanf(line, "%" G_GINT64_FORMAT " %" G_GUINT64_FORMAT " %64[0-9a-f]%c", &death->time,
             &death->size, death->sha256, &end) != 3)
    return FALSE;
  return strlen(death->sha256) == SHA256_CHAR;
}

static char *
death_line(const Death *death)
{
  return g_strdup_printf("%" G_GINT64_FORMAT " %" G_GUINT64_FORMAT " %s\n", death->time,
                         death->size, death->sha256);
}

/* Those that are too old, and the oldest of too many. A clock that was set back makes some of them
 * younger than now: these are kept. */
static void
forget(Poison *poison)
{
  gint64 oldest = now_s() - (gint64)POISON_DAYS * DAY_S;
  guint gone = 0;

  while (gone < poison->deaths->len && (poison->deaths->len - gone > POISON_DEATHS ||
                                        g_array_index(poison->deaths, Death, gone).time < oldest))
    gone++;
  if (gone > 0)
    g_array_remove_range(poison->deaths, 0, gone);
}

/* The journal without what was forgotten. The next append finds another file under the name and
 * opens it. */
static int
rewrite(Poison *poison, GError **error)
{
  g_autoptr(GString) text = g_string_new(NULL);
  g_autoptr(GError) wrong = NULL;

  for (guint i = 0; i < poison->deaths->len; i++) {
    g_autofree char *line = death_line(&g_array_index(poison->deaths, Death, i));
    g_string_append(text, line);
  }
  if (!g_file_set_contents_full(poison->path, text->str, (gssize)text->len,
                                G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0600,
                                &wrong)) {
    g_set_error_literal(error, CORDON_ERROR, CORDON_ERROR_TEMP, wrong->message);
    return -1;
  }
  poison->lines = poison->deaths->len;
  return 0;
}

static int
read_journal(Poison *poison, GError **error)
{
  g_autofree char *text = NULL;
  g_autoptr(GError) wrong = NULL;
  g_auto(GStrv) lines = NULL;

  if (!g_file_get_contents(poison->path, &text, NULL, &wrong)) {
    g_set_error_literal(error, CORDON_ERROR, CORDON_ERROR_TEMP, wrong->message);
    return -1;
  }
  lines = g_strsplit(text, "\n", -1);
  for (char **line = lines; *line != NULL; line++) {
    Death death;

    poison->lines += **line != '\0';
    if (read_death(*line, &death))
      g_array_append_val(poison->deaths, death);
  }
  forget(poison);
  return poison->lines > poison->deaths->len ? rewrite(poison, error) : 0;
}

Poison *
poison_open(const char *state, GError **error)
{
  g_autoptr(Poison) poison = g_new0(Poison, 1);

  g_mutex_init(&poison->lock);
  poison->path = g_build_filename(state, "poison", NULL);
  poison->deaths = g_array_new(FALSE, FALSE, sizeof(Death));
  poison->journal = event_log_open(poison->path, error);
  if (poison->journal == NULL || read_journal(poison, error) != 0)
    return NULL;
  return g_steal_pointer(&poison);
}

void
poison_close(Poison *poison)
{
  if (poison == NULL)
    return;
  event_log_close(poison->journal);
  g_array_unref(poison->deaths);
  g_mutex_clear(&poison->lock);
  g_free(poison->path);
  g_free(poison);
}

/* With the lock held. *sha256 is made when it is first needed. */
static unsigned
count(const Poison *poison, GBytes *raw, char **sha256)
{
  unsigned n = 0;

  for (guint i = 0; i < poison->deaths->len; i++) {
    const Death *death = &g_array_index(poison->deaths, Death, i);

    if (death->size != g_bytes_get_size(raw))
      continue;
    if (*sha256 == NULL)
      *sha256 = g_compute_checksum_for_bytes(G_CHECKSUM_SHA256, raw);
    n += strcmp(death->sha256, *sha256) == 0;
  }
  return n;
}

unsigned
poison_deaths(Poison *poison, GBytes *raw)
{
  g_autofree char *sha256 = NULL;
  unsigned n;

  g_mutex_lock(&poison->lock);
  forget(poison);
  n = count(poison, raw, &sha256);
  g_mutex_unlock(&poison->lock);
  return n;
}

int
poison_note(Poison *poison, GBytes *raw, unsigned *deaths, GError **error)
{
  g_autofree char *sha256 = g_compute_checksum_for_bytes(G_CHECKSUM_SHA256, raw);
  Death death = {.time = now_s(), .size = g_bytes_get_size(raw)};
  g_autofree char *line = NULL;
  int result;

  g_strlcpy(death.sha256, sha256, sizeof death.sha256);
  line = death_line(&death);
  g_mutex_lock(&poison->lock);
  g_array_append_val(poison->deaths, death);
  forget(poison);
  *deaths = count(poison, raw, &sha256);
  result = event_log_append(poison->journal, line, strlen(line), TRUE, error);
  if (result == 0 && ++poison->lines > 2 * POISON_DEATHS)
    result = rewrite(poison, error);
  g_mutex_unlock(&poison->lock);
  return result;
}
