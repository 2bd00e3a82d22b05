from rtfm_mmaction.cli.verdicts import main

if __name__ == '__main__':
    main()
