#include "letter.h"

#include "bounds.h"
#include "error.h"
#include "memfd.h"

#define LETTER_MAGIC G_GUINT64_CONSTANT(0x33726574746c6443) /* "Cdlttr3" */
#define MAX_RCPTS    100000
#define MAX_ANSWERS  1000000
#define MAX_STRING   KIB(8) /* of our own: the envelope is within LIMIT_ENVELOPE */

Letter *
letter_new(void)
{
  Letter *letter = g_new0(Letter, 1);
  char **fields[] = {&letter->queue_id,    &letter->ref,         &letter->sender,
                     &letter->client_addr, &letter->client_name, &letter->helo,
                     &letter->auth_user,   &letter->direction,   &letter->origin};

  for (guint i = 0; i < G_N_ELEMENTS(fields); i++)
    *fields[i] = g_strdup("");
  letter->rcpts = g_new0(char *, 1);
  return letter;
}

void
letter_free(Letter *letter)
{
  if (letter == NULL)
    return;
  g_free(letter->queue_id);
  g_free(letter->ref);
  g_free(letter->sender);
  g_strfreev(letter->rcpts);
  g_free(letter->client_addr);
  g_free(letter->client_name);
  g_free(letter->helo);
  g_free(letter->auth_user);
  g_free(letter->direction);
  g_free(letter->origin);
  memberships_free(letter->memberships);
  g_clear_pointer(&letter->raw, g_bytes_unref);
  g_free(letter);
}

void
letter_set(char **field, const char *value)
{
  char *copy = g_strdup(value != NULL ? value : "");

  g_free(*field);
  *field = copy;
}

static void
put_answer(const char *text, void *writer)
{
  memfd_put_string(writer, text);
}

int
letter_to_memfd(const Letter *letter, GError **error)
{
  g_autoptr(MemfdWriter) writer = memfd_writer_new(LETTER_MAGIC);
  const char *fields[] = {letter->queue_id,    letter->ref,         letter->sender,
                          letter->client_addr, letter->client_name, letter->helo,
                          letter->auth_user,   letter->direction,   letter->origin};

  for (guint i = 0; i < G_N_ELEMENTS(fields); i++)
    memfd_put_string(writer, fields[i]);
  memfd_put_number(writer, g_strv_length(letter->rcpts));
  for (char **rcpt = letter->rcpts; *rcpt != NULL; rcpt++)
    memfd_put_string(writer, *rcpt);
  memfd_put_number(writer, memberships_count(letter->memberships));
  memberships_each_text(letter->memberships, put_answer, writer);
  memfd_put_number(writer, (guint64)letter->received);
  memfd_put_number(writer, letter->why);
  memfd_put_number(writer, letter->views);
  memfd_put_number(writer, letter->question);
  memfd_put_number(writer, letter->sealed);
  memfd_put_bytes(writer, letter->raw);
  return memfd_writer_seal(writer, "letter", error);
}

static void
get_field(MemfdReader *reader, char **field)
{
  g_free(*field);
  *field = memfd_get_string(reader, MAX_STRING);
}

/* FALSE if one of them is none. */
static gboolean
get_memberships(MemfdReader *reader, Letter *letter)
{
  guint64 count = memfd_get_number(reader, MAX_ANSWERS);
  gboolean good = TRUE;

  letter->memberships = memberships_new();
  for (guint64 i = 0; i < count && good; i++) {
    g_autofree char *text = memfd_get_string(reader, MAX_STRING);

    good = memberships_add_text(letter->memberships, text);
  }
  return good;
}

Letter *
letter_from_memfd(int fd, GError **error)
{
  g_autoptr(MemfdReader) reader =
      memfd_reader_new(fd, LETTER_MAGIC, LIMIT_MESSAGE + MIB(64), error);
  g_autoptr(Letter) letter = letter_new();
  char **fields[] = {&letter->queue_id,    &letter->ref,         &letter->sender,
                     &letter->client_addr, &letter->client_name, &letter->helo,
                     &letter->auth_user,   &letter->direction,   &letter->origin};
  guint64 rcpts;
  gboolean good;

  if (reader == NULL)
    return NULL;
  for (guint i = 0; i < G_N_ELEMENTS(fields); i++)
    get_field(reader, fields[i]);
  rcpts = memfd_get_number(reader, MAX_RCPTS);
  letter->rcpts = g_renew(char *, letter->rcpts, rcpts + 1);
  for (guint64 i = 0; i < rcpts; i++) {
    letter->rcpts[i] = memfd_get_string(reader, MAX_STRING);
    letter->rcpts[i + 1] = NULL;
  }
  good = get_memberships(reader, letter);
  letter->received = (gint64)memfd_get_number(reader, G_MAXINT64);
  letter->why = memfd_get_number(reader, 1) != 0;
  letter->views = memfd_get_number(reader, 1) != 0;
  letter->question = memfd_get_number(reader, 1) != 0;
  letter->sealed = memfd_get_number(reader, 1) != 0;
  letter->raw = memfd_get_bytes(reader, LIMIT_MESSAGE);
  if (memfd_reader_done(reader, error) != 0)
    return NULL;
  if (!good) {
    g_set_error_literal(error, CORDON_ERROR, CORDON_ERROR_DATA, "letter with a broken membership");
    return NULL;
  }
  return g_steal_pointer(&letter);
}
