from rtfm_mmaction.cli.extract import main

if __name__ == '__main__':
    raise SystemExit(main())
