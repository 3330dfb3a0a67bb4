#compdef blobsy
# zsh completion of blobsy; made by: blobsy completion zsh
# No name of a file, a branch or a backend is ever evaluated.

# What looks like a flag gets ./ before it, unless -- stood before.
_blobsy_offer_paths() {
  local -a names
  names=("$@")
  (( ${words[(I)--]} && ${words[(I)--]} < CURRENT )) || names=("${(@)names/#-/./-}")
  (( $#names )) && compadd -f -- "${(@)names}"
}

# Payloads, whether they are here or not, and directories; where there are none, any file.
_blobsy_payloads() {
  local typed=${(Q)PREFIX} ret=1
  local -a refs directories
  refs=("$typed"*.bref(N))
  _blobsy_offer_paths "${(@)refs%.bref}" && ret=0
  directories=("$typed"*(N-/))
  (( $#directories )) && compadd -f -q -S / -- "${(@)directories}" && ret=0
  (( ret )) && _blobsy_files && ret=0
  return ret
}

_blobsy_files() {
  local typed=${(Q)PREFIX} ret=1
  local -a found
  found=("$typed"*(N^-/))
  _blobsy_offer_paths "${(@)found}" && ret=0
  _path_files -/ && ret=0
  return ret
}

_blobsy_refs() {
  local -a names
  names=("${(@f)$(git for-each-ref --format='%(refname:short)' refs/heads refs/tags refs/remotes 2>/dev/null)}")
  compadd -- "${(@)names}"
}

_blobsy_urls() { compadd -S '' -- @URLS@ }

# Of .blobsyconfig, and of your own configuration; a name with anything special in it is left out.
_blobsy_backends() {
  local top name
  local -a names
  top=$(git rev-parse --show-toplevel 2>/dev/null) || return 1
  for name in "${(@f)$(git config --file "$top/.blobsyconfig" --name-only --get-regexp '^backend\..+\.' 2>/dev/null;
    git config --name-only --get-regexp '^blobsy\.backend\..+\.' 2>/dev/null)}"; do
    name=${${${name#blobsy.}#backend.}%.*}
    [[ -z $name || $name == -* || $name == *[^A-Za-z0-9._-]* ]] || names+=("$name")
  done
  compadd -- "${(@u)names}"
}

_blobsy_commands() {
  local -a commands
  commands=(
@COMMANDS@
  )
  _describe command commands
}

_blobsy() {
  local curcontext=$curcontext state line ret=1
  typeset -A opt_args
  _arguments -C -S @FLAGS@ '1:command:_blobsy_commands' '*::argument:->rest' && ret=0
  [[ $state == rest ]] || return ret
  case $words[1] in
@CASES@
  *) return ret ;;
  esac
}
if [[ $funcstack[1] == _blobsy ]]; then _blobsy "$@"; else compdef _blobsy blobsy; fi
