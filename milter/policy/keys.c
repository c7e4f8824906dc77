#include "keys.h"

#include <string.h>

#include "schemas.h"

/* Longest term of a key: then there is to be another. */
#define DAYS_MAX 1100

static const OptionSchema key_options[] = {
    {"name", FALSE},      {"post", FALSE},       {"public", FALSE},
    {"from-date", FALSE}, {"until-date", FALSE}, {NULL, FALSE},
};

const Schema key_schema = {"key", key_options};

struct keys {
  GPtrArray *all; /* Key * */
};

static void
key_free(void *data)
{
  Key *key = data;
  g_free(key->title);
  g_free(key->name);
  g_free(key->post);
  g_free(key);
}

void
keys_free(Keys *keys)
{
  if (!keys)
    return;
  g_ptr_array_unref(keys->all);
  g_free(keys);
}

const Key *
keys_find(const Keys *keys, const guchar public[PUBLIC_KEY_SIZE])
{
  for (guint i = 0; i < keys->all->len; i++) {
    const Key *key = g_ptr_array_index(keys->all, i);
    if (memcmp(key->public, public, PUBLIC_KEY_SIZE) == 0)
      return key;
  }
  return NULL;
}

static void
read_public(const Keys *keys, Key *key, const Section *section, Problems *problems)
{
  g_autofree char *text =
      section_needed(section, key_schema.kind, "public",
                     "what the file beside the private key says: \"ssh-ed25519 AAAA…\"", problems);
  if (!*text)
    return;
  if (!public_key_read(key->public, text)) {
    problems_add(problems, option_place(section, section_option(section, "public")),
                 "\"%s\" is no public key; write what ssh-keygen -t ed25519 put into the file that "
                 "ends in .pub: \"ssh-ed25519 AAAA…\"",
                 text);
    return;
  }
  const Key *before = keys_find(keys, key->public);
  if (before)
    problems_add(problems, option_place(section, section_option(section, "public")),
                 "this is the public key of key \"%s\"; each person has one of their own",
                 before->title);
}

static void
add_key(Keys *keys, const Section *section, Problems *problems)
{
  Key *key = g_new0(Key, 1);
  const char *kind = key_schema.kind;
  key->title = g_strdup(section->title);
  key->name =
      section_needed(section, kind, "name", "the name of the person who signs with it", problems);
  key->post = section_needed(section, kind, "post", "the post in which they approve", problems);
  key->term = term_read(section, kind, DAYS_MAX, problems);
  read_public(keys, key, section, problems);
  g_ptr_array_add(keys->all, key);
}

Keys *
keys_read(const char *dir, GChecksum *checksum, Problems *problems)
{
  Keys *keys = g_new0(Keys, 1);
  g_autofree char *path = g_build_filename(dir, "keys.conf", NULL);
  keys->all = g_ptr_array_new_with_free_func(key_free);
  signature_start();
  if (!g_file_test(path, G_FILE_TEST_EXISTS))
    return keys;
  g_autoptr(Syntax) syntax = syntax_read(dir, "keys.conf", &key_schema, checksum, problems);
  for (guint i = 0; syntax && i < syntax->sections->len; i++)
    add_key(keys, g_ptr_array_index(syntax->sections, i), problems);
  return keys;
}
