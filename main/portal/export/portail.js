// Any Node reads this file, so that an old one says what is missing instead of a syntax error in the program.
if (Number(process.versions.node.split('.')[0]) >= 24) void import('./programme.js')
else {
  console.error(
    `Le portail demande Node 24 ou plus récent ; cette machine a Node ${process.versions.node}. ` +
      'Installez-le depuis https://nodejs.org/fr/download, ou lancez le portail par son Dockerfile.',
  )
  process.exitCode = 1
}
