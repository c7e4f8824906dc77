/* cordon exceptions import: an approval that the department's workflow signed. */
#include "desk.h"

#include <stdio.h>
#include <string.h>
#include <sysexits.h>

/* Bytes of such a text, and of its signature. */
#define TEXT_MAX      (16 * 1024)
#define SIGNATURE_MAX 4096

/* One file, and whose it is. */
typedef struct approval_file {
  char *text, *signature;
  Signer signer;
} ApprovalFile;

/* NULL with words printed. */
static char *
read_file(const char *path, gsize most)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *bytes = NULL;
  gsize len = 0;

  if (!g_file_get_contents(path, &bytes, &len, &error))
    fprintf(stderr, "cordon exceptions import: %s\n", error->message);
  else if (len > most || memchr(bytes, '\0', len) != NULL)
    fprintf(stderr, "cordon exceptions import: %s is no file that could be meant\n", path);
  else
    return g_steal_pointer(&bytes);
  return NULL;
}

static int
read_approval(const Desk *desk, ApprovalFile *file, const char *path, const char *signature)
{
  g_autofree char *beside = g_strconcat(path, ".sig", NULL), *fault = NULL;

  file->text = read_file(path, TEXT_MAX);
  file->signature =
      file->text != NULL ? read_file(signature != NULL ? signature : beside, SIGNATURE_MAX) : NULL;
  if (file->signature == NULL)
    return EX_NOINPUT;
  if (!ruleset_signer(desk->ruleset, file->text, file->signature, desk->now, &file->signer, &fault))
    return desk_fault("import", fault);
  return EX_OK;
}

/* The same text is the second approval of what waits for one, and nothing else. */
static int
add_second(const Desk *desk, const ApprovalFile *file, const Exception *kept)
{
  Exception by = {.second = g_strdup(file->signer.name),
                  .second_post = g_strdup(file->signer.post),
                  .second_signature = g_strdup(file->signature)};
  int status;

  if (exception_state(kept, desk->now) == EXCEPTION_PENDING) {
    status = desk_second(desk, "import", kept, &by);
    if (status == EX_OK)
      printf("%s\n", kept->name);
  } else {
    fprintf(stderr, "cordon exceptions import: this approval is there already, as %s\n",
            kept->name);
    status = EX_DATAERR;
  }
  exception_clear(&by);
  return status;
}

static int
add_first(const Desk *desk, const ApprovalFile *file, const char *implementer)
{
  Exception exception = {.implementer = g_strdup(implementer),
                         .approver = g_strdup(file->signer.name),
                         .post = g_strdup(file->signer.post),
                         .signed_text = g_strdup(file->text),
                         .signature = g_strdup(file->signature)};
  g_autofree char *fault = exception_read_text(&exception, file->text);
  int status = fault != NULL ? desk_fault("import", fault) : desk_add(desk, "import", &exception);

  exception_clear(&exception);
  return status;
}

static int
import(const Desk *desk, const char *path, const char *signature, const char *implementer)
{
  ApprovalFile file = {0};
  int status = read_approval(desk, &file, path, signature);
  const Exception *kept = status == EX_OK ? exceptions_signed(desk->exceptions, file.text) : NULL;

  if (kept != NULL)
    status = add_second(desk, &file, kept);
  else if (status == EX_OK)
    status = add_first(desk, &file, implementer);
  g_free(file.text);
  g_free(file.signature);
  return status;
}

int
exceptions_run_import(int argc, char **argv)
{
  Desk desk = {0};
  g_autofree char *signature = NULL, *implementer = NULL;
  const GOptionEntry more[] = {
      {"signature", 0, 0, G_OPTION_ARG_FILENAME, &signature, "FILE.sig if not given", "FILE"},
      {"implementer", 0, 0, G_OPTION_ARG_STRING, &implementer, "Name of the person who enters it",
       "NAME"},
      G_OPTION_ENTRY_NULL};
  int status;

  if (desk_open(&desk, &argc, &argv, more, "FILE",
                "Adds the exception that FILE says, approved by whoever signed it with a key of "
                "keys.conf; or, where it waits for that, their approval as the second one.",
                &status) == 0) {
    if (argc == 2)
      status = import(&desk, argv[1], signature, implementer);
    else
      status = desk_fault("import", "name one file");
  }
  desk_close(&desk);
  return status;
}
