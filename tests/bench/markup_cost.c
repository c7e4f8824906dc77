/* markup-cost WHAT FILE...: reads every file, then does one thing with each of them, in a function
 * of its own name so that callgrind can count that alone (--toggle-collect=measure):
 *   tokens  our HTML tokenizer          links  html_links, text links inside
 *   active  html_active                 page   html_page_read, all it finds
 *   gumbo   gumbo's parse and its end   text   text_links
 *   cues    text_cues
 * Prints the bytes. Not part of Cordon: nothing that is installed links gumbo. */
#include "cue.h"
#include "html.h"
#include "html_active.h"
#include "html_grid.h"
#include "html_page.h"
#include "link.h"

#include <gumbo.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

typedef void (*Work)(const unsigned char *bytes, size_t len);

static void
do_tokens(const unsigned char *bytes, size_t len)
{
  g_autoptr(HtmlTokenizer) tokenizer = html_tokenizer_new(bytes, len);

  while (html_tokenizer_next(tokenizer)->type != HTML_EOF)
    ;
}

static void
do_links(const unsigned char *bytes, size_t len)
{
  g_autoptr(GArray) links = links_new();

  html_links(bytes, len, links);
}

static void
do_text(const unsigned char *bytes, size_t len)
{
  g_autoptr(GArray) links = links_new();

  text_links(bytes, len, links);
}

static void
do_cues(const unsigned char *bytes, size_t len)
{
  g_autoptr(GArray) cues = g_array_new(FALSE, FALSE, sizeof(Cue));

  text_cues(bytes, len, CUE_ANY, cues);
}

static void
do_active(const unsigned char *bytes, size_t len)
{
  g_autoptr(GArray) found = g_array_new(FALSE, FALSE, sizeof(Active));

  html_active(bytes, len, found);
}

static void
do_page(const unsigned char *bytes, size_t len)
{
  g_autoptr(GArray) links = links_new();
  g_autoptr(GArray) active = g_array_new(FALSE, FALSE, sizeof(Active));
  g_autoptr(GArray) cues = g_array_new(FALSE, FALSE, sizeof(Cue));
  g_autoptr(HtmlGrid) grid = html_grid_new();
  HtmlPage page = {.links = links, .active = active, .cues = cues, .grid = grid, .doubts = TRUE};

  html_page_read(bytes, len, &page);
}

static void
do_gumbo(const unsigned char *bytes, size_t len)
{
  GumboOutput *output = gumbo_parse_with_options(&kGumboDefaultOptions, (const char *)bytes, len);

  gumbo_destroy_output(&kGumboDefaultOptions, output);
}

static Work
work_named(const char *name)
{
  static const struct {
    const char *name;
    Work work;
  } works[] = {{"tokens", do_tokens}, {"links", do_links}, {"active", do_active}, {"page", do_page},
               {"gumbo", do_gumbo},   {"text", do_text},   {"cues", do_cues}};

  for (guint i = 0; i < G_N_ELEMENTS(works); i++)
    if (strcmp(works[i].name, name) == 0)
      return works[i].work;
  return NULL;
}

void measure(Work work, const GPtrArray *files);

__attribute__((noinline)) void
measure(Work work, const GPtrArray *files)
{
  for (guint i = 0; i < files->len; i++) {
    size_t len;
    const unsigned char *bytes = g_bytes_get_data(g_ptr_array_index(files, i), &len);

    work(bytes, len);
  }
}

int
main(int argc, char **argv)
{
  Work work = argc > 2 ? work_named(argv[1]) : NULL;
  g_autoptr(GPtrArray) files = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
  size_t total = 0;

  if (work == NULL) {
    fprintf(stderr, "Usage: markup-cost tokens|links|active|page|gumbo|text|cues FILE...\n");
    return EX_USAGE;
  }
  for (int i = 2; i < argc; i++) {
    char *data;
    size_t len;

    if (!g_file_get_contents(argv[i], &data, &len, NULL))
      return EX_NOINPUT;
    total += len;
    if (len > 0)
      g_ptr_array_add(files, g_bytes_new_take(data, len));
    else
      g_free(data);
  }
  measure(work, files);
  printf("%zu\n", total);
  return EX_OK;
}
