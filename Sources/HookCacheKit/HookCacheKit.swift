// The first file of HookCacheKit takes this one's place.
